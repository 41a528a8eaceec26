import { type Authenticator, KeyAuthenticator } from "./authenticate.ts";
import { Keys, type KeyStore } from "./keys.ts";
import type { Principal } from "../permissions.ts";

/** The credentials of a store, and what they open. */
export interface Auth extends AsyncDisposable {
  readonly keys: Keys;
  readonly authenticator: Authenticator;
  /** The principal that the key of this id stands for; as {@linkcode KeyAuthenticator.principalOf}. */
  principalOf(key_id: string): Promise<Principal>;
}

export function openAuth(store: KeyStore): Auth {
  const authenticator = new KeyAuthenticator(store);
  return {
    keys: new Keys(store),
    authenticator,
    principalOf: (key_id) => authenticator.principalOf(key_id),
    [Symbol.asyncDispose]: () => authenticator[Symbol.asyncDispose](),
  };
}
