/** A network server that trusts an issuer, which knows Ada by two names, and tokens of it. */
import { ADA, AUDIENCE, claimsAt, NOW_S } from "../auth/tokens/world.ts";
import type { TestOptions } from "../harness.ts";
import { type FakeIssuer, makeSigner, signed, startIssuer } from "../services/issuer.ts";
import { startNetwork, type TestNetwork } from "./network.ts";

const signer = await makeSigner("first");

export const ADMIN = { role: "admin" };
export const READER = { role: "read_only" };

export interface World extends AsyncDisposable {
  readonly network: TestNetwork;
  readonly issuer: FakeIssuer;
}

export async function makeWorld(): Promise<World> {
  const issuer = startTrusted();
  const network = await startNetwork({ maxConnections: 10 }, trusting(issuer));
  await link(issuer, network);
  return {
    ...{ network, issuer },
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

/** An issuer whose tokens are those of this file. */
export function startTrusted(): FakeIssuer {
  return startIssuer([signer]);
}

export function trusting({ url: issuer }: FakeIssuer): TestOptions {
  return { flags: { oidc: JSON.stringify([{ issuer, audience: AUDIENCE, levelClaim: "role" }]) } };
}

export async function link(
  { url: issuer }: FakeIssuer,
  { app }: Pick<TestNetwork, "app">,
): Promise<void> {
  const { identities } = await app.app.auth();
  for (const subject of [ADA, "ada-at-work"]) await identities.link("ada", { issuer, subject });
}

export function tokenOf({ url }: FakeIssuer, claims: object): Promise<string> {
  return signed(signer, { alg: "RS256", kid: "first" }, { ...claimsAt(url, NOW_S), ...claims });
}

export async function bearer(issuer: FakeIssuer, claims: object): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await tokenOf(issuer, claims)}` };
}
