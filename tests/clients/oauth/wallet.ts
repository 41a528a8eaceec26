import { CLIENT, REDIRECT_URL } from "../../services/authorization_server.ts";
import type { Browser } from "./browser.ts";

export interface Tokens {
  access_token: string;
  token_type: string;
  refresh_token?: string;
  scope?: string;
}

/** What a client keeps for its person, as both SDKs want it kept, and its way to their browser. */
export class Wallet {
  readonly clientMetadata = CLIENT;
  readonly redirectUrl = REDIRECT_URL;
  readonly clientMetadataUrl?: string;
  /** The authorization requests that the person was sent to. */
  readonly asked: URL[] = [];
  /** Every token that the client was given, the latest last. */
  readonly given: Tokens[] = [];
  readonly #browser: Browser;
  readonly #renews: boolean;
  // deno-lint-ignore no-explicit-any
  #client: any;
  // deno-lint-ignore no-explicit-any
  #discovered: any;
  #verifier = "";
  #returned = new URLSearchParams();

  /**
   * @param clientId where the client publishes what it is; without one it registers
   * @param renews whether refresh tokens are kept
   */
  constructor(browser: Browser, clientId?: string, renews = true) {
    this.#browser = browser;
    this.#renews = renews;
    if (clientId !== undefined) this.clientMetadataUrl = clientId;
  }

  /** What the browser brought back. */
  get returned(): URLSearchParams {
    return this.#returned;
  }

  clientInformation() {
    return this.#client;
  }

  saveClientInformation(client: unknown) {
    this.#client = client;
  }

  discoveryState() {
    return this.#discovered;
  }

  saveDiscoveryState(state: unknown) {
    this.#discovered = state;
  }

  tokens() {
    return this.given.at(-1);
  }

  saveTokens({ refresh_token, ...tokens }: Tokens) {
    const kept = this.#renews && refresh_token !== undefined ? { refresh_token } : {};
    this.given.push({ ...tokens, ...kept });
  }

  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier;
  }

  codeVerifier() {
    return this.#verifier;
  }

  async redirectToAuthorization(url: URL) {
    this.asked.push(url);
    this.#returned = await this.#browser.visit(url, REDIRECT_URL);
  }
}
