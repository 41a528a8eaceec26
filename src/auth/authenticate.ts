import { BadCredential } from "../errors.ts";
import { LEVELS, type Principal } from "../permissions.ts";
import { hashOf, parseKey, sameHash } from "./key.ts";
import { findKey, type KeyStore, stateOf, type StoredKey, unknownKey } from "./keys.ts";
import { LastUse } from "./last_use.ts";
import { narrowingIn } from "./narrowing.ts";
import { Remembered } from "./remembered.ts";
import { minuteOf } from "./text.ts";

/** Turns what a caller shows into who they are. */
export interface Authenticator {
  /**
   * The principal that the credential stands for. What is known may be up to 10 s old.
   *
   * @throws NoLevel when it is good for nothing
   * @throws AppError `unauthenticated` when it stands for nobody; `unavailable` without the store, or without the keys that would tell
   */
  authenticate(credential: string): Promise<Principal>;

  /**
   * Whether the credential of a principal that was admitted earlier is still good: asks the store.
   *
   * @throws AppError `unavailable` without the store
   */
  stillHolds(principal: Principal): Promise<boolean>;
}

const MOST_REMEMBERED = 4096;

/** The hash of no secret, compared where there is no key, so that it takes as long. */
const NO_HASH = "0".repeat(64);

/** Authenticates by API key. */
export class KeyAuthenticator implements Authenticator, AsyncDisposable {
  readonly #store: KeyStore;
  readonly #lastUse: LastUse;
  readonly #remembered = new Remembered<StoredKey>(MOST_REMEMBERED);

  constructor(store: KeyStore) {
    this.#store = store;
    this.#lastUse = new LastUse(store.db, async (tx, id, last_used_at) => {
      await tx.updateTable("api_keys").set({ last_used_at }).where("id", "=", id).execute();
    });
  }

  async authenticate(credential: string): Promise<Principal> {
    const now = this.#store.now();
    const known = this.#remembered.recall(credential, now);
    if (known !== undefined) return principalOf(known, now);
    const parts = parseKey(credential);
    if (parts === undefined) throw wrongKey();
    const hash = hashOf(parts.secret);
    const key = await findKey(this.#store.db.read, parts.id);
    const right = sameHash(hash, key?.secret_hash ?? NO_HASH);
    if (key === undefined || !right) throw wrongKey(key);
    const principal = principalOf(key, now);
    this.#remembered.remember(credential, key, now);
    this.#lastUse.note(key.id, now, key.last_used_at);
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
export function wrongKey(pretended?: StoredKey): BadCredential {
  const message = "Cannot authenticate as the API key is mistyped or unknown";
  const key = pretended && { id: pretended.id, user_id: pretended.user_id };
  return new BadCredential("unknown", message, ANOTHER, key);
}
