import type { Tx } from "../../db/db.ts";
import { type AppError, NoLevel, quote } from "../../errors.ts";
import type { Principal } from "../../permissions.ts";
import type { Authenticator } from "../authenticate.ts";
import {
  findIdentity,
  flagsOf,
  identityOf,
  insertIdentity,
  type StoredIdentity,
  type Subject,
} from "../identities.ts";
import { ID_LENGTH, randomText } from "../key.ts";
import type { KeyStore } from "../keys.ts";
import { LastUse } from "../last_use.ts";
import { Remembered } from "../remembered.ts";
import { isFineText } from "../text.ts";
import type { Claims } from "./claims.ts";
import { levelOf } from "./level.ts";
import { refused } from "./refusal.ts";
import type { Verified, Verifier } from "./verifier.ts";

/** A person who comes for the first time. */
export interface NewPerson {
  readonly user_id: string;
  readonly name: string | undefined;
  /** The principal under which they come. */
  readonly principal: string;
}

/** Creates a person, and in the same transaction what belongs to them. */
export type SignUp = (person: NewPerson, also: (tx: Tx) => Promise<void>) => Promise<void>;

const MOST_REMEMBERED = 1024;
const PREFIX = "token:";
const LOWER_CASE = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Whether a token, and not a key, made the principal. */
export function isOfToken({ id }: Principal): boolean {
  return id.startsWith(PREFIX);
}

/** Authenticates by the tokens of issuers that are trusted. */
export class TokenAuthenticator implements Authenticator, AsyncDisposable {
  readonly #store: KeyStore;
  readonly #verifier: Verifier;
  readonly #signUp: SignUp;
  readonly #lastUse: LastUse;
  readonly #remembered = new Remembered<Principal>(MOST_REMEMBERED);

  constructor(store: KeyStore, verifier: Verifier, signUp: SignUp) {
    this.#store = store;
    this.#verifier = verifier;
    this.#signUp = signUp;
    this.#lastUse = new LastUse(store.db, async (tx, id, last_seen_at) => {
      await tx.updateTable("identities").set({ last_seen_at }).where("id", "=", id).execute();
    });
  }

  async authenticate(token: string): Promise<Principal> {
    const now = this.#store.now();
    const known = this.#remembered.recall(token, now);
    if (known !== undefined && !isOver(known, now)) return known;
    const verified = await this.#verifier.verify(token);
    const { issuer, claims, until, signer } = verified;
    const level = levelOf(issuer, claims);
    if (level === undefined) throw noLevel(verified);
    const subject = { issuer: issuer.issuer, subject: claims.sub };
    const identity = await findIdentity(this.#store.db.read, subject) ??
      await this.#meet(subject, verified);
    const { id, user_id } = identity;
    if (identity.person_deleted_at !== null) throw suspended(identity);
    const principal = {
      ...{ user_id, level, id: PREFIX + id, issuer: issuer.issuer, until },
      ...(signer === undefined ? {} : { signer }),
    };
    this.#remembered.remember(token, principal, now);
    this.#lastUse.note(id, now, identity.last_seen_at);
    return principal;
  }

  async stillHolds(principal: Principal): Promise<boolean> {
    if (isOver(principal, this.#store.now())) return false;
    const { issuer = "", signer } = principal;
    if (signer !== undefined && !this.#verifier.hasSigner(issuer, signer)) return false;
    const identity = await identityOf(this.#store.db.read, principal.id.slice(PREFIX.length));
    return identity?.person_deleted_at === null;
  }

  /** Records when somebody was seen last, where it is not recorded yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#verifier[Symbol.asyncDispose]();
    await this.#lastUse[Symbol.asyncDispose]();
  }

  /** Somebody who was not seen before; of two requests that come at once, one creates the person. */
  async #meet(subject: Subject, { issuer, claims }: Verified): Promise<StoredIdentity> {
    if (!issuer.signUp) throw unknown(subject);
    const { db, now } = this.#store;
    const id = randomText(ID_LENGTH);
    const user_id = `u${randomText(10, LOWER_CASE)}`;
    let made: StoredIdentity | undefined;
    try {
      await this.#signUp({ user_id, name: nameIn(claims), principal: PREFIX + id }, async (tx) => {
        made = await insertIdentity(tx, { ...subject, id, user_id, at: now() });
        if (made === undefined) throw new MetMeanwhile();
      });
    } catch (error) {
      if (!(error instanceof MetMeanwhile)) throw error;
      made = await findIdentity(db.read, subject);
    }
    return made ?? await Promise.reject(unknown(subject));
  }
}

/** Undoes the creation of a person who is there already. */
class MetMeanwhile extends Error {
  override readonly name = "MetMeanwhile";
}

function isOver({ until = Infinity }: Principal, now: Date): boolean {
  return now.getTime() >= until;
}

/** What people are called; where the issuer puts an address, that is no name. */
function nameIn({ name }: Claims): string | undefined {
  if (typeof name !== "string" || name.includes("@")) return undefined;
  const text = name.trim();
  return isFineText(text, 100) ? text : undefined;
}

function noLevel({ issuer: { issuer, levelClaim }, claims }: Verified): NoLevel {
  const why = levelClaim === undefined
    ? "no level is configured for its issuer"
    : `its claim ${levelClaim} stands for no level`;
  return new NoLevel(
    issuer,
    `Cannot let ${quote(claims.sub)} of ${issuer} in as the token gives no level: ${why}`,
    "ask the operator for a role, or for a levelMap or defaultLevel in SELFOS_OIDC",
  );
}

function suspended({ id, user_id }: StoredIdentity): AppError {
  return refused(`is that of "${user_id}", who is in the trash`, {
    why: "suspended",
    advice: `ask the operator for: selfos undo --last --user ${user_id}`,
    key: { id: PREFIX + id, user_id },
  });
}

function unknown(subject: Subject): AppError {
  return refused(
    `is that of somebody who is not known here: ${quote(subject.subject)} of ${subject.issuer}`,
    { why: "unknown", advice: `ask the operator for: selfos users link ID ${flagsOf(subject)}` },
  );
}
