import type { Kysely, Selectable } from "kysely";
import type { Tx } from "../db/db.ts";
import type { Schema } from "../db/schema.ts";
import { AppError } from "../errors.ts";
import { ID_LENGTH, randomText } from "./key.ts";
import { findPerson, type KeyStore } from "./keys.ts";

/** Who a person is to an issuer: never an e-mail address, which may pass to somebody else. */
export interface Subject {
  readonly issuer: string;
  readonly subject: string;
}

/** A subject that stands for a person. */
export interface Identity extends Subject {
  /** 8 letters and digits. */
  readonly id: string;
  readonly user_id: string;
  readonly created_at: string;
  /** To the minute; null where no token was seen. */
  readonly last_seen_at: string | null;
}

/** An identity that is to be. */
export interface NewIdentity extends Subject {
  readonly id: string;
  readonly user_id: string;
  readonly at: Date;
}

/** The identities of a store, as its operator links them. */
export class Identities {
  constructor(private readonly store: KeyStore) {}

  /** Those of one person, oldest first. */
  async list(user_id: string): Promise<Identity[]> {
    return await this.store.db.read.selectFrom("identities").selectAll()
      .where("user_id", "=", user_id).orderBy("created_at").orderBy("id").execute();
  }

  /**
   * Has tokens of the subject act for the person; once more changes nothing.
   *
   * @throws AppError `not_found` when the person does not exist or is in the trash; `conflict` when
   *   the subject is another person already
   */
  async link(user_id: string, subject: Subject): Promise<Identity> {
    const { db, now } = this.store;
    return await db.write(user_id, async (tx) => {
      await findPerson(tx, user_id, "link a subject");
      const id = randomText(ID_LENGTH);
      const made = await insertIdentity(tx, { ...subject, id, user_id, at: now() });
      const found = made ?? await findIdentity(tx, subject);
      if (found?.user_id === user_id) return shown(found);
      throw new AppError(
        "conflict",
        `Cannot link ${subject.subject} of ${subject.issuer} to "${user_id}" as it is linked to "${found?.user_id}"`,
        `selfos users unlink ${found?.user_id} ${flagsOf(subject)}`,
      );
    });
  }

  /** Has tokens of the subject act for nobody. @throws AppError `not_found` when they do not for the person */
  async unlink(user_id: string, { issuer, subject }: Subject): Promise<void> {
    await this.store.db.write(user_id, async (tx) => {
      const gone = await tx.deleteFrom("identities").where("user_id", "=", user_id)
        .where("issuer", "=", issuer).where("subject", "=", subject).returning("id").execute();
      if (gone.length > 0) return;
      throw new AppError(
        "not_found",
        `Cannot unlink ${subject} of ${issuer} as it is not linked to "${user_id}"`,
        `selfos users show ${user_id}`,
      );
    });
  }
}

/** An identity as the store has it, with what of its person it depends on. */
export interface StoredIdentity extends Selectable<Schema["identities"]> {
  readonly person_deleted_at: string | null;
}

/** The identity of this subject, if there is one. */
export async function findIdentity(
  db: Kysely<Schema>,
  { issuer, subject }: Subject,
): Promise<StoredIdentity | undefined> {
  return await identityRows(db).where("issuer", "=", issuer).where("subject", "=", subject)
    .executeTakeFirst();
}

/** The identity of this id, if there is one. */
export async function identityOf(
  db: Kysely<Schema>,
  id: string,
): Promise<StoredIdentity | undefined> {
  return await identityRows(db).where("identities.id", "=", id).executeTakeFirst();
}

/** Writes an identity; `undefined` where the subject has one, also one that was made just now. */
export async function insertIdentity(
  tx: Tx,
  { at, ...identity }: NewIdentity,
): Promise<StoredIdentity | undefined> {
  const row = await tx.insertInto("identities")
    .values({ ...identity, created_at: at.toISOString(), last_seen_at: null })
    .onConflict((conflict) => conflict.columns(["issuer", "subject"]).doNothing())
    .returningAll().executeTakeFirst();
  return row && { ...row, person_deleted_at: null };
}

/** The flags that name a subject on a command line, each value one word whatever is in it. */
export function flagsOf({ issuer, subject }: Subject): string {
  return `--issuer ${inShell(issuer)} --subject ${inShell(subject)}`;
}

function inShell(text: string): string {
  return /^[\w.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function identityRows(db: Kysely<Schema>) {
  return db.selectFrom("identities").innerJoin("users", "users.id", "identities.user_id")
    .selectAll("identities").select("users.deleted_at as person_deleted_at");
}

function shown({ person_deleted_at: _, ...identity }: StoredIdentity): Identity {
  return identity;
}
