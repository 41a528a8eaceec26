import { Buffer } from "node:buffer";
import { part, signed } from "../../../services/issuer.ts";
import type { Attack, Loot } from "./attack.ts";
import { headed } from "./signatures.ts";

/** Attacks on how a token is written, and on what its header asks for. */
export const formAttacks: readonly Attack[] = [
  ...["jku", "x5u"].map((name) => inHeader(name, "https://evil.example/keys")),
  inHeader("x5c", ["MIIC"]),
  inHeader("crit", ["exp"]),
  inHeader("zip", "DEF"),
  inHeader("b64", false),
  {
    when: "it brings its own key",
    make: ({ own, claims }) => signed(own, { alg: "RS256", kid: "rsa", jwk: own.jwk }, claims()),
    says: /has jwk in its header, which is not taken/,
  },
  {
    when: "another token is nested in it",
    make: (loot) => headed(loot, { cty: "JWT" }),
    says: /another token nested in it/,
  },
  {
    when: "another token is nested in it, by its whole type",
    make: (loot) => headed(loot, { cty: "application/jwt" }),
    says: /another token nested in it/,
  },
  inHeader("cty", "json"),
  strangeType("dpop+jwt"),
  strangeType("secevent+jwt"),
  strangeType("JWT "),
  strangeType(5),
  strangeType(null),
  {
    when: "alg stands twice in its header",
    make: ({ signers, claims }) =>
      signed(signers.rsa, '{"alg":"none","kid":"rsa","alg":"RS256"}', claims()),
    says: /has "alg" twice in its header/,
  },
  {
    when: "sub stands twice in its claims, once escaped",
    make: (loot) => {
      const text = JSON.stringify(loot.claims()).replace("{", '{"\\u0073ub":"somebody-else",');
      return signed(loot.signers.rsa, { alg: "RS256", kid: "rsa" }, text);
    },
    says: /has "sub" twice in its claims/,
  },
  {
    when: "its header is not JSON",
    make: ({ signers, claims }) => signed(signers.rsa, "{alg:RS256}", claims()),
    says: /a header that is not JSON/,
  },
  {
    when: "its header is a list",
    make: ({ signers, claims }) => signed(signers.rsa, ["RS256"], claims()),
    says: /a header that is no JSON object/,
  },
  {
    when: "its header is not UTF-8",
    make: ({ signers, claims }) => signed(signers.rsa, new Uint8Array([123, 0xff, 125]), claims()),
    says: /a header that is not UTF-8/,
  },
  {
    when: "its claims begin with a byte order mark",
    make: (loot) => withClaims(loot, `\ufeff${JSON.stringify(loot.claims())}`),
    says: /claims that are not JSON/,
  },
  {
    when: "its claims are another token",
    make: async (loot) => withClaims(loot, await headed(loot)),
    says: /claims that are not JSON/,
  },
  {
    when: "its claims are a text",
    make: (loot) => withClaims(loot, '"me"'),
    says: /claims that are no JSON object/,
  },
  {
    when: "it is encrypted",
    make: ({ claims }) =>
      [part({ alg: "dir", enc: "A256GCM" }), "", part("iv"), part(claims()), part("tag")].join("."),
    says: /is encrypted/,
  },
  {
    when: "it has a part too many",
    make: async (loot) => `${await headed(loot)}.${part("{}")}`,
    says: /has 4 parts, and not three/,
  },
  {
    when: "it has a part too few",
    make: async (loot) => (await headed(loot)).replace(/\.[^.]+$/, ""),
    says: /has 2 parts, and not three/,
  },
  { when: "it is nothing but dots", make: () => "..", says: /has no header/ },
  {
    when: "its header is empty",
    make: async (loot) => (await headed(loot)).replace(/^[^.]+/, ""),
    says: /has no header/,
  },
  {
    when: "its claims are empty",
    make: async (loot) => (await headed(loot)).replace(/\.[^.]+\./, ".."),
    says: /has no claims/,
  },
  {
    when: "its claims are padded",
    make: (loot) => rewritten(loot, (text) => text + "=".repeat((4 - text.length % 4) % 4 || 4)),
    says: /claims that are not strict base64url/,
  },
  {
    when: "its claims are of the older alphabet",
    make: (loot) => rewritten(loot, (text) => `${text.slice(0, -1)}+`),
    says: /claims that are not strict base64url/,
  },
  {
    when: "its signature has loose bits at its end",
    make: async (loot) => loosened(await headed(loot)),
    says: /a signature that is not strict base64url/,
  },
  {
    when: "its claims have a blank in them",
    make: (loot) => rewritten(loot, (text) => `${text.slice(0, 9)} ${text.slice(9)}`),
    says: /claims that are not strict base64url/,
    inHeader: /there is no Authorization: Bearer header/,
  },
  {
    when: "a NUL is embedded in it",
    make: (loot) => rewritten(loot, (text) => `${text.slice(0, 9)}\0${text.slice(9)}`),
    says: /claims that are not strict base64url/,
    inHeader: /./,
  },
  {
    when: "it is oversized",
    make: (loot) => withClaims(loot, loot.claims({ filler: "x".repeat(13_000) })),
    says: /has more than 16384 bytes/,
  },
];

function withClaims({ signers }: Loot, claims: unknown): Promise<string> {
  return signed(signers.rsa, { alg: "RS256", kid: "rsa" }, claims);
}

/** A good token whose claims are written otherwise. */
async function rewritten(loot: Loot, rewrite: (claims: string) => string): Promise<string> {
  const [header, claims = "", signature] = (await headed(loot)).split(".");
  return [header, rewrite(claims), signature].join(".");
}

/** The same bytes to a lenient reader. */
function loosened(token: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const other = letters.charAt(letters.indexOf(token.slice(-1)) + 1);
  const [, , text = ""] = token.split(".");
  const loose = text.slice(0, -1) + other;
  if (Buffer.from(loose, "base64url").equals(Buffer.from(text, "base64url"))) {
    return token.slice(0, -1) + other;
  }
  throw new Error("the loose bits changed the signature");
}

function inHeader(name: string, value: unknown): Attack {
  return {
    when: `its header has ${name}: ${JSON.stringify(value)}`,
    make: (loot) => headed(loot, { [name]: value }),
    says: new RegExp(`has ${name} in its header, which is not taken`),
  };
}

function strangeType(typ: unknown): Attack {
  const text = JSON.stringify(typ);
  return {
    when: `its type is ${text}`,
    make: (loot) => headed(loot, { typ }),
    says: new RegExp(`a type that is neither JWT nor at\\+jwt: ${text.replace("+", "\\+")}`),
  };
}
