/** A network server that takes the tokens of an issuer, and tokens of Ada for it. */
import type { Issuer } from "../../src/config/issuers.ts";
import { makeSigner, signed, startIssuer } from "../services/issuer.ts";
import { startNetwork, type TestNetwork } from "./network.ts";

export interface IssuedNetwork extends AsyncDisposable {
  readonly network: TestNetwork;
  /** A header with a token of Ada's. */
  shown(claims: object): Promise<{ authorization: string }>;
}

/** The scopes of the issuer, unless told otherwise. */
export const BY_SCOPE: Partial<Issuer> = {
  levelClaim: "scope",
  levelMap: { "life:read": "read_only", "life:write": "read_write" },
};

/** Where the server says that it tells who gives out tokens. */
export const METADATA_PARAMETER =
  'resource_metadata="https://life.example/.well-known/oauth-protected-resource/mcp"';

const signer = await makeSigner("first");

export async function startIssued(terms: Partial<Issuer> = BY_SCOPE): Promise<IssuedNetwork> {
  const issuer = startIssuer([signer]);
  const trusted = { issuer: issuer.url, audience: "selfos", ...terms };
  const network = await startNetwork({ publicUrl: "https://life.example/" }, {
    flags: { oidc: JSON.stringify([trusted]) },
  });
  const { identities } = await network.app.app.auth();
  await identities.link("ada", { issuer: issuer.url, subject: "ada-1" });
  return {
    network,
    async shown(claims) {
      const now = network.app.clock.now.getTime() / 1000;
      const token = await signed(signer, { alg: signer.alg, kid: signer.kid, typ: "at+jwt" }, {
        ...{ iss: issuer.url, aud: "selfos", sub: "ada-1", iat: now - 10, exp: now + 3600 },
        ...claims,
      });
      return { authorization: `Bearer ${token}` };
    },
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}
