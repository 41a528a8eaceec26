import { type Authenticator, KeyAuthenticator } from "./authenticate.ts";
import { Keys, type KeyStore } from "./keys.ts";

/** The credentials of a store, and what they open. */
export interface Auth extends AsyncDisposable {
  readonly keys: Keys;
  readonly authenticator: Authenticator;
}

export function openAuth(store: KeyStore): Auth {
  const authenticator = new KeyAuthenticator(store);
  return {
    keys: new Keys(store),
    authenticator,
    [Symbol.asyncDispose]: () => authenticator[Symbol.asyncDispose](),
  };
}
