import { AppError, nearest, quote } from "../errors.ts";
import { isObject, repeatedMember } from "../json.ts";
import { type Level, LEVELS } from "../permissions.ts";
import { namesOneHost, oneOf, quotedUrl } from "./values.ts";

/** Whoever signs tokens that are taken, and what their holders may do. */
export interface Issuer {
  /** As it stands in the tokens, letter by letter. */
  readonly issuer: string;
  readonly audience: string;
  /** Where its keys are; absent, its discovery document says so. */
  readonly jwksUri?: string;
  /** The claim that tells the level; dots lead into objects. */
  readonly levelClaim?: string;
  /** The level of each value of the claim; absent, the values are levels. */
  readonly levelMap?: Readonly<Record<string, Level>>;
  /** The level of a token without the claim; absent, it has none. */
  readonly defaultLevel?: Level;
  /** Whether a person first seen is created. */
  readonly signUp: boolean;
  /** That it is a Firebase project, and whether the unsigned tokens of its emulator are taken. */
  readonly firebase?: { readonly emulator: boolean };
}

/** `host:port` of a web address. */
export function webAddress(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

/**
 * The issuers of a JSON list.
 *
 * @throws AppError `invalid_input` naming what is wrong and where
 */
export function issuers(text: string): Issuer[] {
  const list = parsed(text);
  if (!Array.isArray(list)) throw noList(list === null ? "null" : `a JSON ${typeof list}`);
  const found = list.map((value, index) => issuer(value, `[${index}]`));
  for (const [index, { issuer }] of found.entries()) {
    const first = found.findIndex((other) => other.issuer === issuer);
    if (first === index) continue;
    throw new AppError(
      "invalid_input",
      `[${index}].issuer is that of [${first}] again: ${quote(issuer)}`,
      "leave one of the two out",
    );
  }
  return found;
}

function parsed(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw noList("what is not JSON");
  }
  const repeated = repeatedMember(text);
  if (repeated === undefined) return value;
  throw new AppError(
    "invalid_input",
    `the value has the member ${quote(repeated)} twice in one object`,
    "leave one of the two out",
  );
}

const MEMBERS = [
  ...["issuer", "audience", "jwksUri", "levelClaim", "levelMap", "defaultLevel", "signUp"],
];

function issuer(value: unknown, at: string): Issuer {
  if (!isObject(value)) throw wrong(at, "an object", value);
  for (const name of Object.keys(value)) {
    if (MEMBERS.includes(name)) continue;
    const near = nearest(name, MEMBERS);
    throw new AppError(
      "invalid_input",
      `${at} has the unknown member ${quote(name)}`,
      near ? `rename it to ${near}` : `leave it out; there are ${MEMBERS.join(", ")}`,
    );
  }
  const { jwksUri, levelClaim, levelMap, defaultLevel, signUp = false } = value;
  if (levelMap !== undefined && levelClaim === undefined) {
    throw new AppError(
      "invalid_input",
      `${at}.levelMap maps nothing as there is no levelClaim`,
      `name in ${at}.levelClaim the claim whose values it maps`,
    );
  }
  if (typeof signUp !== "boolean") throw wrong(`${at}.signUp`, "true or false", signUp);
  return {
    issuer: issuerUrl(value["issuer"], `${at}.issuer`),
    audience: words(value["audience"], `${at}.audience`),
    ...(jwksUri === undefined ? {} : { jwksUri: trustedUrl(jwksUri, `${at}.jwksUri`, /#/) }),
    ...(levelClaim === undefined ? {} : { levelClaim: words(levelClaim, `${at}.levelClaim`) }),
    ...(levelMap === undefined ? {} : { levelMap: levels(levelMap, `${at}.levelMap`) }),
    ...(defaultLevel === undefined
      ? {}
      : { defaultLevel: level(defaultLevel, `${at}.defaultLevel`) }),
    signUp,
  };
}

/** The address of an issuer: https, or http on a loopback address; without user, query and fragment. */
export function issuerUrl(value: unknown, at: string): string {
  return trustedUrl(value, at, /[?#]/);
}

/** Kept as it is written: the issuer is compared letter by letter, a slash at its end included. */
function trustedUrl(value: unknown, at: string, unwanted: RegExp): string {
  const text = words(value, at);
  const url = URL.parse(text);
  const usual = "https://id.example.org, or http on a loopback address";
  const isWhole = url !== null && !/[\s\\]/.test(text) && /^https?:\/\//.test(text);
  if (!isWhole || !namesOneHost(url)) {
    throw unlike(at, `an address as ${usual}`, quotedUrl(text));
  }
  if (url.protocol === "http:" && !isLoopbackName(url.hostname)) {
    throw new AppError(
      "invalid_input",
      `${at} must be https, as ${url.hostname} is not a loopback address: got ${quotedUrl(text)}`,
      "write it with https://",
    );
  }
  if (!unwanted.test(text) && url.username === "" && url.password === "") return text;
  // Not quoted: a password may stand there.
  throw new AppError(
    "invalid_input",
    `${at} must be an address without user, query and fragment`,
    EXAMPLE,
  );
}

/** Whether a host name or address is that of this machine alone. */
export function isLoopbackName(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

function levels(value: unknown, at: string): Record<string, Level> {
  if (!isObject(value)) throw wrong(at, "an object of levels", value);
  if ("" in value) {
    throw new AppError(
      "invalid_input",
      `${at} gives a level for an empty name`,
      "write the value of the claim there, or leave it out",
    );
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, mapped]) => [name, level(mapped, `${at}.${name}`)]),
  );
}

function level(value: unknown, at: string): Level {
  if (typeof value === "string") return oneOf(at, LEVELS, value);
  throw wrong(at, `one of ${LEVELS.join(", ")}`, value);
}

function words(value: unknown, at: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw wrong(at, "a text that is not empty", value);
}

const EXAMPLE = `write it as '[{"issuer": "https://id.example.org", "audience": "selfos"}]'`;

/** Not quoted: what else is configured, a secret perhaps, may stand there by mistake. */
function noList(got: string): AppError {
  return unlike("the value", "a JSON list of issuers", got);
}

function wrong(at: string, must: string, value: unknown): AppError {
  return unlike(at, must, value === undefined ? "nothing" : quote(value));
}

/** @param got what may be shown of what was given */
function unlike(at: string, must: string, got: string): AppError {
  return new AppError("invalid_input", `${at} must be ${must}: got ${got}`, EXAMPLE);
}
