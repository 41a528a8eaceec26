import type { Issuer } from "../config/issuers.ts";
import type { Log } from "../log.ts";
import { type Authenticator, KeyAuthenticator } from "./authenticate.ts";
import { CredentialAuthenticator } from "./credentials.ts";
import { Identities } from "./identities.ts";
import { Keys, type KeyStore } from "./keys.ts";
import type { Principal } from "../permissions.ts";
import { type SignUp, TokenAuthenticator } from "./tokens/authenticator.ts";
import type { Fetch } from "./tokens/documents.ts";
import { Verifier } from "./tokens/verifier.ts";

/** The credentials of a store, and what they open. */
export interface Auth extends AsyncDisposable {
  readonly keys: Keys;
  readonly identities: Identities;
  readonly authenticator: Authenticator;
  /** The principal that the key of this id stands for; as {@linkcode KeyAuthenticator.principalOf}. */
  principalOf(key_id: string): Promise<Principal>;
}

/** Whose tokens are taken beside the keys of the store, and what is needed for that. */
export interface AuthOptions extends KeyStore {
  readonly issuers: readonly Issuer[];
  readonly fetch: Fetch;
  readonly signUp: SignUp;
  readonly log: Log;
}

export function openAuth({ db, now, issuers, fetch, signUp, log }: AuthOptions): Auth {
  const store = { db, now };
  const verifier = new Verifier(issuers, { fetch, log, now });
  const byKey = new KeyAuthenticator(store);
  const byToken = new TokenAuthenticator(store, verifier, signUp);
  const authenticator = new CredentialAuthenticator(byKey, byToken);
  return {
    keys: new Keys(store),
    identities: new Identities(store),
    authenticator,
    principalOf: (key_id) => byKey.principalOf(key_id),
    [Symbol.asyncDispose]: () => authenticator[Symbol.asyncDispose](),
  };
}
