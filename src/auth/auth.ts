import type { Issuer } from "../config/issuers.ts";
import type { Log } from "../log.ts";
import { type Authenticator, KeyAuthenticator } from "./authenticate.ts";
import { CredentialAuthenticator } from "./credentials.ts";
import { Identities } from "./identities.ts";
import { Keys, type KeyStore } from "./keys.ts";
import { type SignUp, TokenAuthenticator } from "./tokens/authenticator.ts";
import type { Fetch } from "./tokens/documents.ts";
import { Verifier } from "./tokens/verifier.ts";

/** The credentials of a store, and what they open. */
export interface Auth extends AsyncDisposable {
  readonly keys: Keys;
  readonly identities: Identities;
  readonly authenticator: Authenticator;
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
  const authenticator = new CredentialAuthenticator(
    new KeyAuthenticator(store),
    new TokenAuthenticator(store, verifier, signUp),
  );
  return {
    keys: new Keys(store),
    identities: new Identities(store),
    authenticator,
    [Symbol.asyncDispose]: () => authenticator[Symbol.asyncDispose](),
  };
}
