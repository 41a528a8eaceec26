import { BadCredential } from "../errors.ts";
import { LEVELS, type Principal } from "../permissions.ts";
import { hashOf, parseKey, sameHash } from "./key.ts";
import { findKey, type KeyStore, minuteOf, stateOf, type StoredKey, unknownKey } from "./keys.ts";
import { LastUse } from "./last_use.ts";
import { narrowingIn } from "./narrowing.ts";

/** Turns what a caller shows into who they are. */
export interface Authenticator {
  /**
   * The principal that the credential stands for. What is known may be up to 10 s old.
   *
   * @throws AppError `unauthenticated` when it stands for nobody; `unavailable` without the store
   */
  authenticate(credential: string): Promise<Principal>;

  /**
   * Whether the credential of a principal that was admitted earlier is still good: asks the store.
   *
   * @throws AppError `unavailable` without the store
   */
  stillHolds(principal: Principal): Promise<boolean>;
}

/** How long a key that was found good is taken for good without another look. */
const REMEMBERED_MS = 10_000;
const MOST_REMEMBERED = 4096;

/** A later use than this after the last one recorded is recorded. */
const USE_MS = 60_000;

/** The hash of no secret, compared where there is no key, so that it takes as long. */
const NO_HASH = "0".repeat(64);

/** Authenticates by API key. */
export class KeyAuthenticator implements Authenticator, AsyncDisposable {
  readonly #store: KeyStore;
  readonly #lastUse: LastUse;
  /**
   * By the credential as it was shown, the longest known first. Its plain text stays in memory for
   * that: to make a hash to look it up by would add about 4 % to the work of a call.
   */
  readonly #remembered = new Map<string, { key: StoredKey; since: number }>();

  constructor(store: KeyStore) {
    this.#store = store;
    this.#lastUse = new LastUse(store.db);
  }

  async authenticate(credential: string): Promise<Principal> {
    const now = this.#store.now();
    const known = this.#recall(credential, now);
    if (known !== undefined) return principalOf(known, now);
    const parts = parseKey(credential);
    if (parts === undefined) throw wrongKey();
    const hash = hashOf(parts.secret);
    const key = await findKey(this.#store.db.read, parts.id);
    const right = sameHash(hash, key?.secret_hash ?? NO_HASH);
    if (key === undefined || !right) throw wrongKey(key);
    const principal = principalOf(key, now);
    this.#remember(credential, key, now);
    return principal;
  }

  /**
   * The principal that the key of this id stands for, as if its holder had shown it.
   *
   * @throws AppError `not_found`; `unauthenticated` when it stands for nobody any more
   */
  async principalOf(id: string): Promise<Principal> {
    const key = await findKey(this.#store.db.read, id);
    if (key === undefined) throw unknownKey(id);
    return principalOf(key, this.#store.now());
  }

  async stillHolds({ id }: Principal): Promise<boolean> {
    const key = await findKey(this.#store.db.read, id);
    if (key === undefined) return false;
    const state = stateOf(key, this.#store.now());
    return state === "active" || state === "rotated";
  }

  /** Records the last uses that are not recorded yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lastUse[Symbol.asyncDispose]();
  }

  #recall(credential: string, now: Date): StoredKey | undefined {
    const entry = this.#remembered.get(credential);
    if (entry === undefined) return undefined;
    // Negative where the clock was set back: then nobody knows how old it is.
    const age = now.getTime() - entry.since;
    if (age >= 0 && age < REMEMBERED_MS) return entry.key;
    this.#remembered.delete(credential);
    return undefined;
  }

  #remember(credential: string, key: StoredKey, now: Date): void {
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size >= MOST_REMEMBERED) {
      this.#remembered.delete(oldest);
    }
    this.#remembered.set(credential, { key, since: now.getTime() });
    const recorded = key.last_used_at === null ? -Infinity : Date.parse(key.last_used_at);
    if (now.getTime() - recorded >= USE_MS) this.#lastUse.note(key.id, now.toISOString());
  }
}

/** The principal of a key whose secret was shown; from here on a refusal may say why. */
function principalOf(key: StoredKey, now: Date): Principal {
  const { id, user_id, expires_at, revoked_at, rotated_to } = key;
  const state = stateOf(key, now);
  switch (state) {
    case "revoked":
      throw refused(key, state, `was revoked on ${minuteOf(revoked_at ?? "")}`, ANOTHER);
    case "expired":
      throw refused(
        key,
        state,
        `expired on ${minuteOf(expires_at ?? "")}`,
        rotated_to === null ? ANOTHER : `use the key ${rotated_to}, which replaced it`,
      );
    case "suspended":
      throw refused(
        key,
        state,
        `is that of "${user_id}", who is in the trash`,
        `ask the operator for: selfos undo --last --user ${user_id}`,
      );
  }
  const level = LEVELS.find((known) => known === key.level);
  if (level === undefined) {
    throw refused(
      key,
      "unfit",
      `has the level ${key.level}, which this selfos does not know`,
      ANOTHER,
    );
  }
  const narrowing = narrowingIn(key);
  if (narrowing === undefined) {
    throw refused(key, "unfit", "is narrowed in a way that this selfos cannot read", ANOTHER);
  }
  return { user_id, level, id, ...narrowing };
}

const ANOTHER = "ask the operator for a key: selfos keys create --name NAME";

function refused(
  key: StoredKey,
  why: BadCredential["why"],
  what: string,
  advice: string,
): BadCredential {
  const { id, user_id } = key;
  const message = `Cannot authenticate as the API key ${id} ${what}`;
  return new BadCredential(why, message, advice, { id, user_id });
}

/** One message for all that is wrong: it tells nobody which ids there are. */
function wrongKey(pretended?: StoredKey): BadCredential {
  const message = "Cannot authenticate as the API key is mistyped or unknown";
  const key = pretended && { id: pretended.id, user_id: pretended.user_id };
  return new BadCredential("unknown", message, ANOTHER, key);
}
