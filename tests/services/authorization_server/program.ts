/**
 * `program.ts PORT CERTIFICATE`: an authorization server on loopback, as an operator would run one.
 * Whoever signs in is who they say; they consent to what they are asked. A token that a client gets
 * for a code lasts two minutes, one for a refresh token an hour.
 */
import Provider from "oidc-provider";

const [port = "", certificate = ""] = Deno.args;
const issuer = `http://127.0.0.1:${port}`;

/** Documents of clients come from a host whose certificate nobody else trusts. */
const client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(certificate)] });

const provider = new Provider(issuer, {
  scopes: ["openid", "offline_access", "selfos.read", "selfos.write"],
  features: {
    clientIdMetadataDocument: { enabled: true, ack: "draft-02" },
    registration: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: ({ oidc }: Asked, resource: string) => ({
        scope: "selfos.read selfos.write",
        audience: resource,
        accessTokenFormat: "jwt",
        accessTokenTTL: oidc.params?.["grant_type"] === "refresh_token" ? 3600 : 120,
        jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
  issueRefreshToken: (_: unknown, client: Asking) => client.grantTypeAllowed("refresh_token"),
  fetch: (url: string, options: RequestInit) => fetch(url, { ...options, client }),
});

provider.listen(Number(port), "127.0.0.1", () => Deno.stdout.writeSync(Uint8Array.of(10)));

interface Asked {
  readonly oidc: { readonly params?: Readonly<Record<string, unknown>> };
}

interface Asking {
  grantTypeAllowed(type: string): boolean;
}
