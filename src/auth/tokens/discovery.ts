import type { Issuer } from "../../config/issuers.ts";
import { AppError, quote } from "../../errors.ts";
import { documentAt, type Fetch, withoutSecrets } from "./documents.ts";

/** Where the keys of an issuer are: as configured, or as it says itself. Throws what is wrong. */
export async function keysUrlOf(
  { issuer, jwksUri }: Issuer,
  fetch: Fetch,
  stop: AbortSignal,
): Promise<string> {
  if (jwksUri !== undefined) return jwksUri;
  const [first, second] = discoveryUrls(issuer);
  const document = await documentAt(fetch, first, stop) ?? await documentAt(fetch, second, stop);
  if (document === undefined) throw new Error(`there is nothing at ${first} and ${second}`);
  const { issuer: named, jwks_uri } = document;
  if (named !== issuer) {
    throw wrong(
      issuer,
      `its discovery document is that of ${quote(named)}`,
      "write the issuer as it stands there, with or without a slash at its end",
    );
  }
  const url = typeof jwks_uri === "string" ? URL.parse(jwks_uri) : null;
  if (url === null) throw wrong(issuer, "its discovery document names no jwks_uri", SET_IT);
  if (url.origin === new URL(issuer).origin) return url.href;
  throw wrong(
    issuer,
    `its discovery document names keys on another host: ${withoutSecrets(url.href)}`,
    SET_IT,
  );
}

const SET_IT = "set jwksUri for this issuer in SELFOS_OIDC, so that its host may be reached";

/** As OpenID Connect has it, and as RFC 8414. */
function discoveryUrls(issuer: string): [string, string] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

function wrong(issuer: string, why: string, advice: string): AppError {
  return new AppError("unavailable", `Cannot verify tokens of ${issuer} as ${why}`, advice);
}
