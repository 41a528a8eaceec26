import { Buffer } from "node:buffer";
import { quote } from "../../errors.ts";
import { isObject, repeatedMember } from "../../json.ts";
import { ALGORITHMS } from "./algorithms.ts";
import { refused } from "./refusal.ts";

/** What a token says of itself; nothing of it is proven yet. */
export interface Form {
  readonly claims: Readonly<Record<string, unknown>>;
  /** Absent where it is unsigned. */
  readonly signed?: Signed;
}

/** What a token says of its signature. */
export interface Signed {
  readonly alg: string;
  readonly kid: string;
  /** How long it is. */
  readonly bytes: number;
}

/** More than any issuer needs, and little enough to look at before anything is proven. */
const MOST_BYTES = 16 * 1024;

/** Where a token would bring its own key, or ask to be read in another way than it is checked. */
const UNWANTED = ["jku", "jwk", "x5u", "x5c", "crit", "zip", "b64"];

const TYPES = ["jwt", "at+jwt"];

/** Whether a credential means to be a token: no key has a dot. */
export function looksLikeToken(credential: string): boolean {
  return credential.includes(".");
}

/**
 * Reads a token in the compact form of a signed JWT, strictly.
 *
 * @throws AppError `unauthenticated` saying which part is not as it must be
 */
export function formOf(token: string): Form {
  if (token.length > MOST_BYTES) throw refused(`has more than ${MOST_BYTES} bytes`);
  const parts = token.split(".");
  const [head = "", body = "", signature = ""] = parts;
  if (parts.length === 5) throw refused("is encrypted, and only signed ones are taken");
  if (parts.length !== 3) throw refused(`has ${parts.length} parts, and not three`);
  const header = membersOf(head, "header");
  refuseHeader(header);
  const claims = membersOf(body, "claims");
  const { alg, kid } = header;
  if (typeof alg !== "string") throw refused("names no algorithm: its header has no alg");
  if (alg === "none" && signature === "") return { claims };
  if (/^none$/i.test(alg)) throw refused(`is unsigned: its alg is ${quote(alg)}`);
  if (/^hs/i.test(alg)) {
    throw refused(`is signed with a shared secret, which its issuer cannot prove: ${quote(alg)}`);
  }
  if (!ALGORITHMS.has(alg)) {
    throw refused(`has an algorithm that is not taken: ${quote(alg)}`);
  }
  if (kid === undefined) throw refused("names no key: its header has no kid");
  if (typeof kid !== "string") throw refused(`names its key by what is no text: ${quote(kid)}`);
  return { claims, signed: { alg, kid, bytes: bytesOf(signature, "signature").length } };
}

function refuseHeader({ typ, cty, ...header }: Record<string, unknown>): void {
  for (const name of UNWANTED) {
    if (Object.hasOwn(header, name)) throw refused(`has ${name} in its header, which is not taken`);
  }
  if (typeof cty === "string" && bare(cty) === "jwt") {
    throw refused("has another token nested in it");
  }
  if (cty !== undefined) throw refused("has cty in its header, which is not taken");
  if (typ === undefined || (typeof typ === "string" && TYPES.includes(bare(typ)))) return;
  throw refused(`has a type that is neither JWT nor at+jwt: ${quote(typ)}`);
}

function bare(type: string): string {
  return type.toLowerCase().replace(/^application\//, "");
}

type Part = keyof typeof PARTS;

const PARTS = {
  header: "a header that is",
  claims: "claims that are",
  signature: "a signature that is",
};

/** The JSON object of a part, in which every member stands once. */
function membersOf(text: string, part: Part): Record<string, unknown> {
  const json = decoded(bytesOf(text, part), part);
  const value = parsed(json, part);
  if (!isObject(value)) throw refused(`has ${PARTS[part]} no JSON object`);
  const repeated = repeatedMember(json);
  if (repeated !== undefined) throw refused(`has ${quote(repeated)} twice in its ${part}`);
  return value;
}

function bytesOf(text: string, part: Part): Uint8Array {
  if (text === "") throw refused(`has no ${part}`);
  const bytes = Buffer.from(text, "base64url");
  // Other texts mean the same bytes to a lenient reader: padded, with blanks, of the older alphabet.
  if (bytes.toString("base64url") === text) return bytes;
  throw refused(`has ${PARTS[part]} not strict base64url`);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array, part: Part): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refused(`has ${PARTS[part]} not UTF-8`);
  }
}

function parsed(json: string, part: Part): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw refused(`has ${PARTS[part]} not JSON`);
  }
}
