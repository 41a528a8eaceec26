import type { JWK, JWTPayload } from "jose";
import type { Issuer } from "../../config/issuers.ts";
import { messageOf, quote } from "../../errors.ts";
import { isFineText, minuteOf } from "../text.ts";
import { refused, WrongKey } from "./refusal.ts";

/** What a token that was verified says. */
export interface Claims extends Readonly<Record<string, unknown>> {
  readonly sub: string;
  /** Seconds of Unix time. */
  readonly exp: number;
}

/** A token, and what it must fit. */
export interface Claimed {
  readonly token: string;
  /** The key that its signature must be of; absent for an unsigned one. */
  readonly key: JWK | undefined;
  readonly alg: string | undefined;
  readonly issuer: Issuer;
  readonly now: Date;
}

/** The clocks of an issuer and of this machine may differ by so many seconds. */
export const SKEW_S = 60;

/** The end of the year 9999. */
const LATEST_S = 253_402_300_799;

const LONGEST_SUBJECT = 255;
const LONGEST_FIREBASE_SUBJECT = 128;

/**
 * The claims of a token whose signature, issuer, audience and time are right.
 *
 * @throws WrongKey when the key does not prove it
 * @throws AppError `unauthenticated` saying what else is wrong
 */
export async function claimsOf({ token, key, alg, issuer, now }: Claimed): Promise<Claims> {
  const { errors, jwtVerify, UnsecuredJWT } = await import("jose");
  const options = {
    issuer: issuer.issuer,
    audience: issuer.audience,
    ...(alg === undefined ? {} : { algorithms: [alg] }),
    clockTolerance: SKEW_S,
    currentDate: now,
    requiredClaims: ["exp", "iat", "sub"],
  };
  let payload: JWTPayload;
  try {
    ({ payload } = key === undefined
      ? UnsecuredJWT.decode(token, options)
      : await jwtVerify(token, key, options));
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
      const why = error instanceof errors.JWTExpired ? "expired" : "unfit";
      throw refused(fault(error.claim, error.reason, error.payload), { why });
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      throw new WrongKey("has a signature that its key has not made");
    }
    throw new WrongKey(`cannot be verified with its key: ${messageOf(error)}`);
  }
  return complete(payload, issuer, now.getTime() / 1000);
}

/** What is wrong with a claim that was looked at already. */
function fault(claim: string, reason: string, payload: JWTPayload): string {
  const value = payload[claim];
  if (reason === "missing") return `has no claim ${claim}`;
  if (reason === "invalid") return `has a claim ${claim} that is no number: ${quote(value)}`;
  switch (claim) {
    case "aud":
      return `is for somebody else: its audience is ${quote(value)}`;
    case "exp":
      return `expired on ${timeText(value)}`;
    case "nbf":
      return `is not valid before ${timeText(value)}`;
    default:
      return `has a claim ${claim} that does not fit: ${quote(value)}`;
  }
}

function complete(payload: JWTPayload, { firebase }: Issuer, now: number): Claims {
  const { sub, exp, iat } = payload;
  for (const claim of ["exp", "iat", "nbf"]) instant(payload, claim);
  if (iat !== undefined && iat > now + SKEW_S) {
    throw refused(`was issued in the future, on ${timeText(iat)}`);
  }
  if (typeof sub !== "string") throw refused(`has a subject that is no text: ${quote(sub)}`);
  if (sub === "") throw refused("has an empty subject");
  const longest = firebase === undefined ? LONGEST_SUBJECT : LONGEST_FIREBASE_SUBJECT;
  if (sub.length > longest) throw refused(`has a subject of more than ${longest} characters`);
  if (!isFineText(sub, longest)) {
    throw refused("has a subject with characters that cannot be shown");
  }
  if (firebase !== undefined) refuseSignIn(payload, now);
  return { ...payload, sub, exp: exp ?? 0 };
}

/** When somebody signed in to Firebase. */
function refuseSignIn(payload: JWTPayload, now: number): void {
  const { auth_time } = payload;
  if (auth_time === undefined) throw refused("has no claim auth_time");
  if (typeof auth_time !== "number") {
    throw refused(`has a claim auth_time that is no number: ${quote(auth_time)}`);
  }
  instant(payload, "auth_time");
  if (auth_time > now + SKEW_S) {
    throw refused(`tells of a sign-in in the future, on ${timeText(auth_time)}`);
  }
}

function instant(payload: JWTPayload, claim: string): void {
  const value = payload[claim];
  if (typeof value !== "number" || (value >= 0 && value <= LATEST_S)) return;
  throw refused(`has a claim ${claim} that is no time: ${value}`);
}

function timeText(value: unknown): string {
  const date = new Date(typeof value === "number" ? value * 1000 : NaN);
  return Number.isNaN(date.getTime()) ? `no time: ${quote(value)}` : minuteOf(date.toISOString());
}
