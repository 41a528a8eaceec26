import type { Kysely, Selectable } from "kysely";
import type { Database } from "../db/db.ts";
import type { Schema } from "../db/schema.ts";
import { AppError, quote } from "../errors.ts";
import type { Level } from "../permissions.ts";
import { hashOf, isKeyId, makeKey } from "./key.ts";
import { type Narrowing, narrowingIn, stored } from "./narrowing.ts";
import { isFineText, minuteOf } from "./text.ts";

/** Where keys are kept, and the time. */
export interface KeyStore {
  readonly db: Database;
  now(): Date;
}

/**
 * Whether a key opens anything: `active` and `rotated` do, the latter until it expires. `suspended`
 * means that its person is in the trash.
 */
export type KeyState = "active" | "rotated" | "expired" | "revoked" | "suspended";

/** All that is known of a key once it was handed out. */
export interface Key {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  readonly level: string;
  readonly state: KeyState;
  readonly created_at: string;
  /** Null means never. */
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  /** To the minute. */
  readonly last_used_at: string | null;
  /** The id of the key that replaces it. */
  readonly rotated_to: string | null;
  /** What it is narrowed to; null for what is as wide as its level. */
  readonly tools: readonly string[] | null;
  readonly resources: readonly string[] | null;
  readonly areas: readonly number[] | null;
  /** `propose` where its writes become proposals for a while once it has read text from outside. */
  readonly taint: string | null;
}

/** A key as it is handed out, the only time that its text is known. */
export interface IssuedKey {
  readonly key: string;
  readonly id: string;
  readonly user_id: string;
  readonly level: string;
  readonly expires_at: string | null;
}

export interface KeyInput extends Narrowing {
  readonly user_id: string;
  readonly name: string;
  readonly level: Level;
  /** Null for a key that never expires. */
  readonly expires_at: Date | null;
}

/** How long a key that was rotated goes on working. */
const OVERLAP_MS = 24 * 60 * 60 * 1000;

/** The API keys of a store: made, listed, replaced and taken away by its operator. */
export class Keys {
  constructor(private readonly store: KeyStore) {}

  /** @throws AppError `not_found` when the person does not exist or is in the trash */
  async create({ user_id, name, level, expires_at, ...narrowing }: KeyInput): Promise<IssuedKey> {
    const given = { user_id, name, level, expires_at: expires_at?.toISOString() ?? null };
    return await this.store.db.write(user_id, async (tx) => {
      await findPerson(tx, user_id, "create a key");
      return await this.#issue(tx, { ...given, ...stored(narrowing), tainted_until: null });
    });
  }

  /** The keys of everyone, or of one person, oldest first. */
  async list(user_id?: string): Promise<{ keys: Key[] }> {
    const all = keyRows(this.store.db.read).orderBy("created_at").orderBy("id");
    const query = user_id === undefined ? all : all.where("user_id", "=", user_id);
    const rows = await query.execute();
    return { keys: rows.map((row) => this.#view(row)) };
  }

  /** @throws AppError `not_found` */
  async show(id: string): Promise<Key> {
    return await this.find(id) ?? unknown(id);
  }

  async find(id: string): Promise<Key | undefined> {
    const row = await findKey(this.store.db.read, id);
    return row && this.#view(row);
  }

  /**
   * Replaces a key by one with the same person, name, level, narrowing and lifetime. The old one
   * works for 24 hours more, unless it ends before.
   *
   * @throws AppError `not_found`; `conflict` when it was revoked or replaced already
   */
  async rotate(id: string): Promise<IssuedKey & { replaces: Key }> {
    const { user_id } = await this.show(id);
    return await this.store.db.write(user_id, async (tx) => {
      const old = await findKey(tx, id) ?? unknown(id);
      refuseToRotate(old);
      await findPerson(tx, user_id, "create a key");
      const now = this.store.now().getTime();
      const { name, level, tools, resources, areas, taint } = old;
      // What the old key has read, its holder knows.
      const { tainted_until } = old;
      const given = { user_id, name, level, tools, resources, areas, taint, tainted_until };
      const issued = await this.#issue(tx, { ...given, expires_at: renewed(old, now) });
      const overlap = new Date(now + OVERLAP_MS).toISOString();
      const replaced = {
        expires_at: old.expires_at !== null && old.expires_at < overlap ? old.expires_at : overlap,
        rotated_to: issued.id,
      };
      await tx.updateTable("api_keys").set(replaced).where("id", "=", id).execute();
      return { ...issued, replaces: this.#view({ ...old, ...replaced }) };
    });
  }

  /** Takes a key away for good; once more changes nothing. @throws AppError `not_found` */
  async revoke(id: string): Promise<Key> {
    const { user_id } = await this.show(id);
    const revoked_at = this.store.now().toISOString();
    await this.store.db.write(user_id, async (tx) => {
      await tx.updateTable("api_keys").set({ revoked_at })
        .where("id", "=", id).where("revoked_at", "is", null).execute();
    });
    return await this.show(id);
  }

  async #issue(
    tx: Kysely<Schema>,
    given: Omit<
      Selectable<Schema["api_keys"]>,
      "id" | "secret_hash" | "created_at" | "revoked_at" | "last_used_at" | "rotated_to"
    >,
  ): Promise<IssuedKey> {
    const { key, id, secret } = makeKey();
    await tx.insertInto("api_keys").values({
      ...given,
      id,
      secret_hash: hashOf(secret),
      created_at: this.store.now().toISOString(),
      revoked_at: null,
      last_used_at: null,
      rotated_to: null,
    }).execute();
    const { user_id, level, expires_at } = given;
    return { key, id, user_id, level, expires_at };
  }

  #view(row: StoredKey): Key {
    const { secret_hash: _, person_deleted_at: __, tainted_until: ___, ...shown } = row;
    const { tools = null, resources = null, areas = null } = narrowingIn(row) ?? NOTHING;
    return { ...shown, tools, resources, areas, state: stateOf(row, this.store.now()) };
  }
}

/** What a key may do whose narrowing cannot be read. */
const NOTHING: Narrowing = { tools: [], resources: [], areas: [] };

/** A key as the store has it, with what of its person it depends on. */
export type StoredKey = Selectable<Schema["api_keys"]> & {
  readonly person_deleted_at: string | null;
};

/** The key of this id, if there is one. */
export async function findKey(db: Kysely<Schema>, id: string): Promise<StoredKey | undefined> {
  return await keyRows(db).where("api_keys.id", "=", id).executeTakeFirst();
}

/** What the key is worth at this time. */
export function stateOf(key: StoredKey, now: Date): KeyState {
  if (key.revoked_at !== null) return "revoked";
  if (key.expires_at !== null && key.expires_at <= now.toISOString()) return "expired";
  if (key.person_deleted_at !== null) return "suspended";
  return key.rotated_to === null ? "active" : "rotated";
}

/** The name of a key. @throws AppError `invalid_input` */
export function keyName(text: string): string {
  const name = text.trim();
  if (isFineText(name, 100)) return name;
  throw new AppError(
    "invalid_input",
    `name must be 1 to 100 characters on one line: got ${quote(text)}`,
    "name it after the client that will use it",
  );
}

function keyRows(db: Kysely<Schema>) {
  return db.selectFrom("api_keys").innerJoin("users", "users.id", "api_keys.user_id")
    .selectAll("api_keys").select("users.deleted_at as person_deleted_at");
}

/** @throws AppError `not_found` when the person does not exist or is in the trash */
export async function findPerson(
  tx: Kysely<Schema>,
  user_id: string,
  attempt: string,
): Promise<void> {
  const person = await tx.selectFrom("users").select("deleted_at").where("id", "=", user_id)
    .executeTakeFirst();
  if (person?.deleted_at === null) return;
  throw new AppError(
    "not_found",
    `Cannot ${attempt} as the person "${user_id}" ${person ? "is in the trash" : "is unknown"}`,
    person ? `selfos undo --last --user ${user_id}` : `selfos users create ${user_id}`,
  );
}

/** When a key of the same lifetime ends that is made now. */
function renewed({ created_at, expires_at }: StoredKey, now: number): string | null {
  if (expires_at === null) return null;
  const lifetime = Date.parse(expires_at) - Date.parse(created_at);
  return new Date(now + lifetime).toISOString();
}

function refuseToRotate({ id, name, user_id, level, revoked_at, rotated_to }: StoredKey): void {
  if (revoked_at !== null) {
    throw new AppError(
      "conflict",
      `Cannot rotate the key ${id} as it was revoked on ${minuteOf(revoked_at)}`,
      `selfos keys create --name ${JSON.stringify(name)} --user ${user_id} --level ${level}`,
    );
  }
  if (rotated_to === null) return;
  throw new AppError(
    "conflict",
    `Cannot rotate the key ${id} as ${rotated_to} has replaced it already`,
    `selfos keys rotate ${rotated_to}`,
  );
}

/** The refusal for an id that no key has. */
export function unknownKey(id: string): AppError {
  // What has not the form of an id may be a secret in the wrong place.
  const which = isKeyId(id) ? `the key ${quote(id)}` : "that key: an id is 8 letters and digits";
  return new AppError("not_found", `Cannot find ${which}`, "selfos keys list");
}

function unknown(id: string): never {
  throw unknownKey(id);
}
