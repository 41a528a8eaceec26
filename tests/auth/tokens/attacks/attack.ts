import type { JWK } from "jose";
import type { Signer } from "../../../services/issuer.ts";

/** What an attacker finds: issuers, their keys, and somebody else's credentials. */
export interface Loot {
  /** The name of the issuer that is trusted. */
  readonly iss: string;
  /** Seconds of Unix time. */
  readonly now: number;
  /** Keys that the issuer publishes, by their kid. */
  readonly signers: Readonly<Record<SignerName, Signer>>;
  /** A key pair of the attacker's own. */
  readonly own: Signer;
  /** The public key of `rsa`, as everybody can get it. */
  readonly publicKey: JWK;
  /** Keys as they were handed out, and what became of them. */
  readonly keys: Readonly<Record<KeyName, string>>;
  /** Claims that would be taken, with others where told; `undefined` leaves one out. */
  claims(others?: object): object;
  firebase(others?: object): object;
}

export type SignerName =
  | ("rsa" | "ec" | "ed" | "pss" | "weak" | "leaked" | "encrypting" | "signing" | "google")
  | "twin";
export type KeyName = "good" | "expired" | "revoked" | "suspended" | "strange";

/** One credential that must be refused, and why. */
export interface Attack {
  readonly when: string;
  make(loot: Loot): string | Promise<string>;
  readonly says: RegExp;
  /** What is said over HTTP, where the credential cannot stand in a header. */
  readonly inHeader?: RegExp;
}
