import { Buffer } from "node:buffer";
import { deflateRawSync, inflateRawSync } from "node:zlib";

const NONCE_BYTES = 12;

/**
 * Turns texts into bytes that nobody without the secret can read, make, or pass off under another
 * name; compressed before that.
 */
export class Seal {
  readonly #names: CryptoKey;
  readonly #values: CryptoKey;

  private constructor(names: CryptoKey, values: CryptoKey) {
    this.#names = names;
    this.#values = values;
  }

  /** @param secret 256 bits */
  static async of(secret: Uint8Array): Promise<Seal> {
    const { subtle } = crypto;
    const base = await subtle.importKey("raw", bytesOf(secret), "HKDF", false, ["deriveKey"]);
    const derived = (purpose: string, key: HmacKeyGenParams | AesKeyGenParams, uses: KeyUsage[]) =>
      subtle.deriveKey(
        { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytesOf(purpose) },
        ...[base, key, false, uses] as const,
      );
    return new Seal(
      await derived("names", { name: "HMAC", hash: "SHA-256", length: 256 }, ["sign"]),
      await derived("values", { name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"]),
    );
  }

  /** A name for a key that tells nothing of it. */
  async nameOf(key: string): Promise<string> {
    const code = await crypto.subtle.sign("HMAC", this.#names, bytesOf(key));
    return Buffer.from(code).toString("base64url");
  }

  async seal(text: string, name: string): Promise<Uint8Array> {
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const how = { name: "AES-GCM", iv, additionalData: bytesOf(name) };
    const packed = bytesOf(deflateRawSync(text));
    const sealed = await crypto.subtle.encrypt(how, this.#values, packed);
    return Buffer.concat([iv, new Uint8Array(sealed)]);
  }

  /** @throws whatever is wrong with bytes that were not sealed so under this name */
  async open(sealed: Uint8Array, name: string): Promise<string> {
    const iv = bytesOf(sealed.subarray(0, NONCE_BYTES));
    const how = { name: "AES-GCM", iv, additionalData: bytesOf(name) };
    const packed = bytesOf(sealed.subarray(NONCE_BYTES));
    // What opens was sealed here, so it cannot unpack to more than was put in.
    return inflateRawSync(new Uint8Array(await crypto.subtle.decrypt(how, this.#values, packed)))
      .toString();
  }
}

/** A copy, as the cryptography of the platform takes no memory that may be shared. */
function bytesOf(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
}
