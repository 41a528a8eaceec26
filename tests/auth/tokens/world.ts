/** A SelfOS that takes the tokens of an issuer, and somebody who has them. */
import type { JWK } from "jose";
import { FIREBASE_KEYS } from "../../../src/config/tokens.ts";
import {
  type FakeIssuer,
  makeSigner,
  signed,
  type Signer,
  startIssuer,
} from "../../services/issuer.ts";
import { NOW, startApp, type TestApp, type TestOptions } from "../../harness.ts";

export const AUDIENCE = "selfos";
export const PROJECT = "demo-life";

/** What a test says of the issuer beside its name and audience. */
export type Terms = Readonly<Record<string, unknown>>;

export interface World extends AsyncDisposable {
  readonly test: TestApp;
  readonly issuer: FakeIssuer;
  readonly signer: Signer;
  /** A token of Ada's, good for an hour, with other claims and headers where told. */
  token(claims?: object, header?: object, signer?: Signer): Promise<string>;
  authenticate(token: string): ReturnType<TestAuthenticator["authenticate"]>;
}

type TestAuthenticator = Awaited<ReturnType<TestApp["app"]["auth"]>>["authenticator"];

/** Who Ada is to the issuer. */
export const ADA = "ada-4711";

const signer = await makeSigner("first");

/** An issuer on loopback that is trusted on these terms, with Ada linked to it. */
export async function makeWorld(
  terms: Terms = { defaultLevel: "read_write" },
  options: TestOptions = {},
): Promise<World> {
  const issuer = startIssuer([signer]);
  const oidc = JSON.stringify([{ issuer: issuer.url, audience: AUDIENCE, ...terms }]);
  const test = await startApp({ ...options, flags: { oidc, ...options.flags } });
  const { identities, authenticator } = await test.app.auth();
  await identities.link("ada", { issuer: issuer.url, subject: ADA });
  return {
    ...{ test, issuer, signer },
    token: (claims = {}, header = {}, by = signer) =>
      signed(by, { alg: by.alg, kid: by.kid, typ: "JWT", ...header }, {
        ...claimsAt(issuer.url, secondsOf(test)),
        ...claims,
      }),
    authenticate: (token) => authenticator.authenticate(token),
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

/** The claims of a good token. */
export function claimsAt(iss: string, now: number) {
  return { iss, aud: AUDIENCE, sub: ADA, iat: now - 10, exp: now + 3600 };
}

/** The claims of a good Firebase token. */
export function firebaseClaimsAt(now: number) {
  const iss = `https://securetoken.google.com/${PROJECT}`;
  return { ...claimsAt(iss, now), aud: PROJECT, auth_time: now - 20 };
}

/** The clock of the test in seconds of Unix time. */
export function secondsOf({ clock }: Pick<TestApp, "clock">): number {
  return clock.now.getTime() / 1000;
}

export const NOW_S = Date.parse(NOW) / 1000;

/** Asks whoever is asked, and for Google's keys nobody outside. */
export function fetchWith(keys: readonly JWK[]): typeof fetch {
  return (input, init) =>
    input === FIREBASE_KEYS ? Promise.resolve(Response.json({ keys })) : fetch(input, init);
}
