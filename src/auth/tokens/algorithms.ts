/** What a key must be to fit an algorithm. */
export interface Fit {
  readonly kty: "RSA" | "EC" | "OKP";
  readonly crv?: string;
  /** Bytes of a signature, where all have the same. */
  readonly signature?: number;
}

const RSA: Fit = { kty: "RSA" };
const ED25519: Fit = { kty: "OKP", crv: "Ed25519", signature: 64 };

/** The signatures that are taken: all of them asymmetric, and none weaker than SHA-256. */
export const ALGORITHMS: ReadonlyMap<string, Fit> = new Map([
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map((name) => [name, RSA] as const),
  ["ES256", { kty: "EC", crv: "P-256", signature: 64 }],
  ["ES384", { kty: "EC", crv: "P-384", signature: 96 }],
  ["ES512", { kty: "EC", crv: "P-521", signature: 132 }],
  ["EdDSA", ED25519],
  ["Ed25519", ED25519],
]);

/** Firebase signs its ID tokens with this one alone. */
export const FIREBASE_ALGORITHM = "RS256";
