import { createHash } from "node:crypto";
import type { JWK } from "jose";
import { quote } from "../../errors.ts";
import { isObject } from "../../json.ts";
import { ALGORITHMS } from "./algorithms.ts";
import { WrongKey } from "./refusal.ts";

/** A key of an issuer with which signatures are verified. */
export interface PublicKey {
  readonly kid: string;
  /** What tells it from every other key, also from one of the same name: SHA-256 in base64url. */
  readonly print: string;
  /** The one algorithm it is for; absent where any fits. */
  readonly alg?: unknown;
  readonly use?: unknown;
  readonly key_ops?: unknown;
  /** What of it verifies; frozen, so that it is read once. */
  readonly jwk: Readonly<JWK>;
}

/** What only the holder of a key should have. */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/** The usable keys of a set. @throws Error where it is no set */
export function keysIn({ keys }: Record<string, unknown>, url: string): PublicKey[] {
  if (!Array.isArray(keys)) throw new Error(`${url} answers no set of keys`);
  return keys.flatMap((key) => {
    if (!isObject(key) || typeof key["kid"] !== "string") return [];
    if (PRIVATE.some((member) => Object.hasOwn(key, member))) return [];
    const jwk = publicPart(key);
    if (jwk === undefined) return [];
    const { kid, alg, use, key_ops } = key;
    const print = createHash("sha256").update(JSON.stringify(jwk)).digest("base64url");
    return [{ kid, print, alg, use, key_ops, jwk: Object.freeze(jwk) }];
  });
}

/**
 * Those of the keys that fit the algorithm.
 *
 * @throws WrongKey saying why the last of them does not, where none does
 */
export function fitting(keys: readonly PublicKey[], alg: string): PublicKey[] {
  const fit = keys.filter((key) => misfit(key, alg) === undefined);
  if (fit.length > 0) return fit;
  const [last] = keys.slice(-1);
  throw new WrongKey((last && misfit(last, alg)) ?? "is signed with an unknown key");
}

function misfit({ alg: own, use, key_ops, jwk }: PublicKey, alg: string): string | undefined {
  const fit = ALGORITHMS.get(alg);
  if (fit?.kty !== jwk.kty || fit?.crv !== jwk.crv) {
    return `says ${alg}, and its key is of another type: ${jwk.crv ?? jwk.kty}`;
  }
  if (own !== undefined && own !== alg && !(isEdwards(own) && isEdwards(alg))) {
    return `says ${alg}, and its key is for another algorithm: ${quote(own)}`;
  }
  if (use !== undefined && use !== "sig") {
    return `has a key that is not for signatures: ${quote(use)}`;
  }
  if (key_ops === undefined || (Array.isArray(key_ops) && key_ops.includes("verify"))) {
    return undefined;
  }
  return `has a key that is not for verifying: ${quote(key_ops)}`;
}

/** Two names of one algorithm. */
function isEdwards(alg: unknown): boolean {
  return alg === "EdDSA" || alg === "Ed25519";
}

function publicPart({ kty, crv, n, e, x, y }: Record<string, unknown>): JWK | undefined {
  const text = (value: unknown) => typeof value === "string";
  if (kty === "RSA" && text(n) && text(e)) return { kty, n, e };
  if (kty === "EC" && text(crv) && text(x) && text(y)) return { kty, crv, x, y };
  if (kty === "OKP" && text(crv) && text(x)) return { kty, crv, x };
  return undefined;
}
