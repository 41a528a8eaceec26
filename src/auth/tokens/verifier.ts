import type { JWK } from "jose";
import type { Issuer } from "../../config/issuers.ts";
import { quote } from "../../errors.ts";
import { ALGORITHMS, FIREBASE_ALGORITHM } from "./algorithms.ts";
import { type Claims, claimsOf, SKEW_S } from "./claims.ts";
import { type Form, formOf, type Signed } from "./form.ts";
import { KeySet, type KeySetOptions } from "./key_set.ts";
import { fitting } from "./public_key.ts";
import { refused } from "./refusal.ts";

/** What a token proves. */
export interface Verified {
  readonly issuer: Issuer;
  readonly claims: Claims;
  /** When it ends, in milliseconds of Unix time, the difference of clocks included. */
  readonly until: number;
}

/** Tells which tokens are those of an issuer that is trusted, Firebase among them. */
export class Verifier implements AsyncDisposable {
  readonly #trusted: ReadonlyMap<string, Trusted>;
  readonly #now: () => Date;

  constructor(issuers: readonly Issuer[], options: KeySetOptions) {
    this.#now = options.now;
    this.#trusted = new Map(
      issuers.map((issuer) => [issuer.issuer, { issuer, keys: new KeySet(issuer, options) }]),
    );
  }

  /**
   * @throws AppError `unauthenticated` saying what is wrong with the token; `unavailable` without the
   *   keys of its issuer
   */
  async verify(token: string): Promise<Verified> {
    if (this.#trusted.size === 0) {
      throw refused("cannot be verified: no issuer is configured", {
        advice: "set SELFOS_OIDC, or show an API key: selfos keys create --name NAME",
      });
    }
    const form = formOf(token);
    const trusted = this.#trustedBy(form);
    const key = form.signed && await keyOf(form.signed, trusted);
    const { issuer } = trusted;
    if (key === undefined && !issuer.firebase?.emulator) {
      throw refused('is unsigned: its alg is "none"');
    }
    const claims = await claimsOf({ token, key, alg: form.signed?.alg, issuer, now: this.#now() });
    return { issuer, claims, until: (claims.exp + SKEW_S) * 1000 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { keys } of this.#trusted.values()) await keys[Symbol.asyncDispose]();
  }

  #trustedBy({ claims: { iss } }: Form): Trusted {
    if (iss === undefined) throw refused("has no claim iss");
    if (typeof iss !== "string") throw refused(`has an issuer that is no text: ${quote(iss)}`);
    const found = this.#trusted.get(iss);
    if (found !== undefined) return found;
    const other = iss.endsWith("/") ? iss.slice(0, -1) : `${iss}/`;
    if (this.#trusted.has(other)) {
      throw refused(
        `has an issuer that is another with a slash at its end, or without: ${quote(iss)}`,
      );
    }
    throw refused(`has an issuer that is not trusted here: ${quote(iss)}`);
  }
}

interface Trusted {
  readonly issuer: Issuer;
  readonly keys: KeySet;
}

async function keyOf({ alg, kid, bytes }: Signed, { issuer, keys }: Trusted): Promise<JWK> {
  if (issuer.firebase !== undefined && alg !== FIREBASE_ALGORITHM) {
    throw refused(`is not signed as Firebase does, with ${FIREBASE_ALGORITHM}: its alg is ${alg}`);
  }
  const { signature = bytes } = ALGORITHMS.get(alg) ?? {};
  if (signature !== bytes) {
    throw refused(`has a signature of ${bytes} bytes, where one of ${alg} has ${signature}`);
  }
  return fitting(await keys.find(kid), alg).jwk;
}
