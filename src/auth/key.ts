import { createHash, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import { KEY_PREFIX } from "../credential_text.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Letters and digits in the id of a key, or of an identity. */
export const ID_LENGTH = 8;
/** 62⁴³ is a little more than 2²⁵⁶. */
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

const FORM = new RegExp(
  `^(${KEY_PREFIX}([0-9A-Za-z]{${ID_LENGTH}})_([0-9A-Za-z]{${SECRET_LENGTH}}))` +
    `([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`,
);

/** The parts of a key that mean something. */
export interface KeyParts {
  readonly id: string;
  /** What only the holder knows. */
  readonly secret: string;
}

/** A new key: `sos_live_` + id + `_` + secret + checksum. */
export function makeKey(): KeyParts & { readonly key: string } {
  const id = randomText(ID_LENGTH);
  const secret = randomText(SECRET_LENGTH);
  const text = `${KEY_PREFIX}${id}_${secret}`;
  return { id, secret, key: text + checksumOf(text) };
}

/** The parts of a key; `undefined` where the text is none, or was mistyped. */
export function parseKey(key: string): KeyParts | undefined {
  const [, text, id, secret, checksum] = FORM.exec(key) ?? [];
  if (!text || !id || !secret || checksum !== checksumOf(text)) return undefined;
  return { id, secret };
}

/** Whether the text has the form of an id. */
export function isKeyId(text: string): boolean {
  return text.length === ID_LENGTH && /^[0-9A-Za-z]+$/.test(text);
}

/** The id in a text that begins as a whole key. */
export function idInKey(text: string): string | undefined {
  if (!text.startsWith(KEY_PREFIX)) return undefined;
  const [id = ""] = text.slice(KEY_PREFIX.length).split("_");
  return isKeyId(id) ? id : undefined;
}

/** SHA-256 in hex. The secret is random, so a slow hash would add nothing. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether two hashes are the same, in a time that does not depend on where they differ. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Random letters and digits, each as likely as any other. */
export function randomText(length: number, alphabet = ALPHABET): string {
  // A byte above the last multiple of their number would make the first letters likelier.
  const limit = 256 - 256 % alphabet.length;
  let text = "";
  while (text.length < length) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    for (const byte of bytes) {
      if (byte < limit) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text.slice(0, length);
}

function checksumOf(text: string): string {
  let rest = crc32(text);
  let digits = "";
  while (digits.length < CHECKSUM_LENGTH) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}
