/** An issuer of tokens: a real HTTP server of its own, which can fail in every way. */
import { Buffer } from "node:buffer";
import { exportJWK, generateKeyPair, type JWK } from "jose";

/** A key of an issuer. */
export interface Signer {
  readonly kid: string;
  readonly alg: string;
  /** What the issuer publishes. */
  readonly jwk: JWK;
  sign(text: string): Promise<Uint8Array>;
}

export interface FakeIssuer extends AsyncDisposable {
  readonly url: string;
  /** The paths that were asked for. */
  readonly asked: string[];
  /** What it publishes; assign to rotate. */
  keys: JWK[];
  /** Answers of its own for a path; none is as it should be. */
  readonly answers: Map<string, () => Response | Promise<Response>>;
  /** Nobody listens any more. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): void;
}

export const DISCOVERY = "/.well-known/openid-configuration";
export const METADATA = "/.well-known/oauth-authorization-server";
export const KEYS = "/jwks";

/** Starts an issuer on loopback; with a path, its name ends with that. */
export function startIssuer(keys: readonly Signer[], path = ""): FakeIssuer {
  let server = listen(0);
  const { port } = server.addr;
  const url = `http://127.0.0.1:${port}${path}`;
  const issuer: FakeIssuer = {
    url,
    asked: [],
    keys: keys.map(({ jwk }) => jwk),
    answers: new Map(),
    stop: () => server.shutdown(),
    start: () => void (server = listen(port)),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return issuer;

  function listen(port: number) {
    return Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, (request) => {
      const { pathname } = new URL(request.url);
      issuer.asked.push(pathname);
      return issuer.answers.get(pathname)?.() ?? asItShould(pathname);
    });
  }

  function asItShould(pathname: string): Response {
    if (pathname === KEYS) return Response.json({ keys: issuer.keys });
    const discovery = path.replace(/\/$/, "") + DISCOVERY;
    return pathname === discovery ? describe(issuer.url) : new Response(null, { status: 404 });
  }
}

/** A discovery document. */
export function describe(issuer: string, jwks_uri = `${new URL(issuer).origin}${KEYS}`): Response {
  return Response.json({ issuer, jwks_uri });
}

/** Never answers, but ends with its server. */
export function slow(): Response {
  return new Response(new ReadableStream());
}

/** A key pair; `published` is added to what the issuer publishes of it. */
export async function makeSigner(
  kid: string,
  alg = "RS256",
  published: JWK = {},
): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...await exportJWK(publicKey), kid, alg, use: "sig", ...published };
  return {
    kid,
    alg,
    jwk,
    async sign(text) {
      const { name } = privateKey.algorithm;
      const bits = alg.slice(-3);
      const parameters = { name, hash: `SHA-${bits}`, saltLength: Number(bits) / 8 };
      const data = new TextEncoder().encode(text);
      return new Uint8Array(await crypto.subtle.sign(parameters, privateKey, data));
    },
  };
}

/** A token of the parts, each a value, or a text as it is. */
export async function signed(
  signer: Pick<Signer, "sign">,
  header: unknown,
  claims: unknown,
): Promise<string> {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${Buffer.from(await signer.sign(text)).toString("base64url")}`;
}

/** A header or claims as they stand in a token. */
export function part(value: unknown): string {
  const bytes = value instanceof Uint8Array
    ? value
    : typeof value === "string"
    ? value
    : JSON.stringify(value);
  return Buffer.from(bytes).toString("base64url");
}
