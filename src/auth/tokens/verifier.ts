import type { Issuer } from "../../config/issuers.ts";
import { quote } from "../../errors.ts";
import { ALGORITHMS, FIREBASE_ALGORITHM } from "./algorithms.ts";
import { type Claimed, type Claims, claimsOf, SKEW_S } from "./claims.ts";
import { type Form, formOf, type Signed } from "./form.ts";
import { KeySet, type KeySetOptions } from "./key_set.ts";
import { fitting, type PublicKey } from "./public_key.ts";
import { refused, WrongKey } from "./refusal.ts";

/** What a token proves. */
export interface Verified {
  readonly issuer: Issuer;
  readonly claims: Claims;
  /** When it ends, in milliseconds of Unix time, the difference of clocks included. */
  readonly until: number;
  /** The print of the key that signed it; `undefined` where none did. */
  readonly signer: string | undefined;
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
   * What a token proves.
   *
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
    const { issuer } = trusted;
    const { claims, signer } = await proven(form, trusted, { token, issuer, now: this.#now() });
    return { issuer, claims, until: (claims.exp + SKEW_S) * 1000, signer };
  }

  /** Whether the key of this print is still one of the issuer's, as far as is known. */
  hasSigner(issuer: string, signer: string): boolean {
    return this.#trusted.get(issuer)?.keys.has(signer) ?? false;
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

/** What a token claims, once it is proven, and by which key. */
interface Proven {
  readonly claims: Claims;
  readonly signer: string | undefined;
}

async function proven(
  { signed }: Form,
  { issuer, keys }: Trusted,
  token: Pick<Claimed, "token" | "issuer" | "now">,
): Promise<Proven> {
  if (signed === undefined) {
    if (!issuer.firebase?.emulator) throw refused('is unsigned: its alg is "none"');
    const claims = await claimsOf({ ...token, key: undefined, alg: undefined });
    return { claims, signer: undefined };
  }
  const { alg, kid } = signed;
  refuseSignature(signed, issuer);
  const seen = await keys.find(kid);
  try {
    return await byOneOf(fitting(seen, alg), { ...token, alg });
  } catch (error) {
    if (!(error instanceof WrongKey)) throw error;
    const others = await keys.findOthers(kid, seen);
    if (others === seen) throw error;
    return await byOneOf(fitting(others, alg), { ...token, alg });
  }
}

function refuseSignature({ alg, bytes }: Signed, issuer: Issuer): void {
  if (issuer.firebase !== undefined && alg !== FIREBASE_ALGORITHM) {
    throw refused(`is not signed as Firebase does, with ${FIREBASE_ALGORITHM}: its alg is ${alg}`);
  }
  const { signature = bytes } = ALGORITHMS.get(alg) ?? {};
  if (signature !== bytes) {
    throw refused(`has a signature of ${bytes} bytes, where one of ${alg} has ${signature}`);
  }
}

async function byOneOf(
  keys: readonly PublicKey[],
  claimed: Omit<Claimed, "key">,
): Promise<Proven> {
  let failure: unknown;
  for (const { jwk, print } of keys) {
    try {
      return { claims: await claimsOf({ ...claimed, key: jwk }), signer: print };
    } catch (error) {
      if (!(error instanceof WrongKey)) throw error;
      failure = error;
    }
  }
  throw failure;
}
