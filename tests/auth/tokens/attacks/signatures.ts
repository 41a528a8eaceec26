import { Buffer } from "node:buffer";
import { createHmac, createPublicKey } from "node:crypto";
import { part, signed, type Signer } from "../../../services/issuer.ts";
import type { Attack, Loot } from "./attack.ts";

/** Attacks on how a token is signed, and on the key that it names. */
export const signatureAttacks: readonly Attack[] = [
  unsignedAs("none"),
  unsignedAs("NONE"),
  unsignedAs("nOnE"),
  {
    when: "alg is none, beside a signature",
    make: (loot) => headed(loot, { alg: "none" }),
    says: /is unsigned: its alg is "none"/,
  },
  {
    when: "the public key in PEM is the secret of HS256",
    make: ({ publicKey, claims }) => {
      const pem = createPublicKey({ key: { ...publicKey }, format: "jwk" })
        .export({ type: "spki", format: "pem" });
      return hmac(String(pem), { alg: "HS256", kid: "rsa" }, claims());
    },
    says: /shared secret.*"HS256"/,
  },
  {
    when: "the public key as JSON is the secret of HS512",
    make: ({ publicKey, claims }) =>
      hmac(JSON.stringify(publicKey), { alg: "HS512", kid: "rsa" }, claims()),
    says: /shared secret.*"HS512"/,
  },
  {
    when: "alg is missing",
    make: (loot) => headed(loot, { alg: undefined }),
    says: /names no algorithm: its header has no alg/,
  },
  {
    when: "alg is a list",
    make: (loot) => headed(loot, { alg: ["RS256"] }),
    says: /names no algorithm: its header has no alg/,
  },
  strangeAlgorithm("rs256"),
  strangeAlgorithm("RS1"),
  strangeAlgorithm("ES256K"),
  strangeAlgorithm("RSA-OAEP"),
  strangeAlgorithm("__proto__"),
  {
    when: "kid is missing",
    make: (loot) => headed(loot, { kid: undefined }),
    says: /names no key: its header has no kid/,
  },
  {
    when: "kid is a number",
    make: (loot) => headed(loot, { kid: 1 }),
    says: /names its key by what is no text: 1/,
  },
  {
    when: "kid is null",
    make: (loot) => headed(loot, { kid: null }),
    says: /names its key by what is no text: null/,
  },
  unknownKey("nobody's"),
  unknownKey(""),
  unknownKey("../../../../dev/null"),
  unknownKey("' or '1'='1"),
  unknownKey("__proto__"),
  unknownKey("https://evil.example/jwks.json"),
  unknownKey("rsa\0"),
  {
    when: "the key is a symmetric one in the set of the issuer",
    make: ({ own, claims }) => signed(own, { alg: "RS256", kid: "shared" }, claims()),
    says: /a key that http:.* does not have: "shared"/,
  },
  {
    when: "the key was published with its private part",
    make: ({ signers, claims }) =>
      signed(signers.leaked, { alg: "RS256", kid: "leaked" }, claims()),
    says: /a key that http:.* does not have: "leaked"/,
  },
  {
    when: "the key is of another type than alg says",
    make: ({ signers, claims }) => signed(signers.ec, { alg: "RS256", kid: "ec" }, claims()),
    says: /says RS256, and its key is of another type: P-256/,
  },
  {
    when: "the key is an RSA one, and alg is of a curve",
    make: ({ signers, claims }) => signed(signers.ed, { alg: "EdDSA", kid: "rsa" }, claims()),
    says: /says EdDSA, and its key is of another type: RSA/,
  },
  {
    when: "the key is of another curve than alg says",
    make: ({ signers, claims }) => signed(signers.ec, { alg: "ES256", kid: "ed" }, claims()),
    says: /says ES256, and its key is of another type: Ed25519/,
  },
  {
    when: "the key is for another algorithm",
    make: ({ signers, claims }) => signed(signers.pss, { alg: "RS256", kid: "pss" }, claims()),
    says: /says RS256, and its key is for another algorithm: "PS256"/,
  },
  {
    when: "the key is for encryption",
    make: (loot) => madeBy(loot, loot.signers.encrypting),
    says: /a key that is not for signatures: "enc"/,
  },
  {
    when: "the key is for making signatures",
    make: (loot) => madeBy(loot, loot.signers.signing),
    says: /a key that is not for verifying: \["sign"\]/,
  },
  {
    when: "the key is too weak",
    make: (loot) => madeBy(loot, loot.signers.weak),
    says: /cannot be verified with its key: .*2048/,
  },
  {
    when: "the signature is that of another key",
    make: ({ own, claims }) => signed(own, { alg: "RS256", kid: "rsa" }, claims()),
    says: /a signature that its key has not made/,
  },
  {
    when: "the signature is that of another key on a curve",
    make: ({ signers, claims }) => signed(signers.twin, { alg: "ES256", kid: "ec" }, claims()),
    says: /a signature that its key has not made/,
  },
  {
    when: "the signature is that of other claims",
    make: async (loot) => {
      const [header, , signature] = (await headed(loot)).split(".");
      return `${header}.${part(loot.claims({ sub: "somebody-else" }))}.${signature}`;
    },
    says: /a signature that its key has not made/,
  },
  {
    when: "the signature is truncated",
    make: async (loot) => (await headed(loot)).slice(0, -10),
    says: /a signature that its key has not made/,
  },
  {
    when: "the signature is of zeros, on a curve",
    make: ({ claims }) =>
      `${part({ alg: "ES256", kid: "ec" })}.${part(claims())}.${part(new Uint8Array(64))}`,
    says: /a signature that its key has not made/,
  },
  {
    when: "the signature is ES256 in DER",
    make: ({ signers, claims }) => {
      const inDer = { sign: async (text: string) => der(await signers.ec.sign(text)) };
      return signed(inDer, { alg: "ES256", kid: "ec" }, claims());
    },
    says: /a signature of 7\d bytes, where one of ES256 has 64/,
  },
  {
    when: "the signature is missing",
    make: async (loot) => (await headed(loot)).replace(/[^.]+$/, ""),
    says: /has no signature/,
  },
];

/** A token of the trusted key, with other members in its header. */
export function headed({ signers, claims }: Loot, header: object = {}): Promise<string> {
  return signed(signers.rsa, { alg: "RS256", kid: "rsa", typ: "JWT", ...header }, claims());
}

function madeBy({ claims }: Loot, signer: Signer): Promise<string> {
  return signed(signer, { alg: "RS256", kid: signer.kid }, claims());
}

function unsignedAs(alg: string): Attack {
  return {
    when: `alg is ${alg}`,
    make: ({ claims }) => `${part({ alg, kid: "rsa" })}.${part(claims())}.`,
    says: new RegExp(`is unsigned: its alg is "${alg}"`),
  };
}

function strangeAlgorithm(alg: string): Attack {
  return {
    when: `alg is ${alg}`,
    make: (loot) => headed(loot, { alg }),
    says: new RegExp(`an algorithm that is not taken: "${alg}"`),
  };
}

function unknownKey(kid: string): Attack {
  const text = JSON.stringify(kid).replace(/[.\\]/g, "\\$&");
  return {
    when: `kid is ${JSON.stringify(kid)}`,
    make: ({ own, claims }) => signed(own, { alg: "RS256", kid }, claims()),
    says: new RegExp(`a key that http:.* does not have: ${text}`),
  };
}

function hmac(secret: string, header: { alg: string; kid: string }, claims: object): string {
  const text = `${part(header)}.${part(claims)}`;
  const hash = header.alg.replace("HS", "sha");
  return `${text}.${createHmac(hash, secret).update(text).digest("base64url")}`;
}

/** The two numbers of a signature on a curve as other software writes them. */
function der(signature: Uint8Array): Uint8Array {
  const integers = [signature.slice(0, 32), signature.slice(32)].map((bytes) => {
    const padded = (bytes[0] ?? 0) > 127 ? [0, ...bytes] : [...bytes];
    return [2, padded.length, ...padded];
  }).flat();
  return Buffer.from([0x30, integers.length, ...integers]);
}
