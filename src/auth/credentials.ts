import { KEY_PREFIX } from "../credential_text.ts";
import type { Principal } from "../permissions.ts";
import { type Authenticator, type KeyAuthenticator, wrongKey } from "./authenticate.ts";
import { isOfToken, type TokenAuthenticator } from "./tokens/authenticator.ts";
import { looksLikeToken } from "./tokens/form.ts";

/** Authenticates by whatever kind of credential is shown. */
export class CredentialAuthenticator implements Authenticator, AsyncDisposable {
  constructor(
    private readonly keys: KeyAuthenticator,
    private readonly tokens: TokenAuthenticator,
  ) {}

  async authenticate(credential: string): Promise<Principal> {
    if (credential.startsWith(KEY_PREFIX)) return await this.keys.authenticate(credential);
    if (looksLikeToken(credential)) return await this.tokens.authenticate(credential);
    throw wrongKey();
  }

  async stillHolds(principal: Principal): Promise<boolean> {
    return await (isOfToken(principal) ? this.tokens : this.keys).stillHolds(principal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.keys[Symbol.asyncDispose]();
    await this.tokens[Symbol.asyncDispose]();
  }
}
