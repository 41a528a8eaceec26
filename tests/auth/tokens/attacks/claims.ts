import { signed } from "../../../services/issuer.ts";
import type { Attack, Loot } from "./attack.ts";

/** Attacks on what a token says, each signed by the trusted key. */
export const claimAttacks: readonly Attack[] = [
  ...["iss", "aud", "exp", "iat", "sub"].map((name) =>
    saying(`${name} is missing`, { [name]: undefined }, new RegExp(`has no claim ${name}`))
  ),
  saying("iss is a list", { iss: ["http://127.0.0.1"] }, /an issuer that is no text: \["http/),
  saying(
    "iss is foreign",
    { iss: "https://accounts.evil.example" },
    /an issuer that is not trusted here: "https:\/\/accounts\.evil\.example"/,
  ),
  {
    when: "iss ends with a slash",
    make: (loot) => claiming(loot, { iss: `${loot.iss}/` }),
    says: /an issuer that is another with a slash at its end, or without/,
  },
  {
    when: "iss is that of the trusted one in capitals",
    make: (loot) => claiming(loot, { iss: loot.iss.toUpperCase() }),
    says: /an issuer that is not trusted here: "HTTP:/,
  },
  {
    when: "iss begins as the trusted one",
    make: (loot) => claiming(loot, { iss: `${loot.iss}@evil.example` }),
    says: /an issuer that is not trusted here/,
  },
  saying("aud is another", { aud: "other" }, /for somebody else: its audience is "other"/),
  saying("aud begins as ours", { aud: "selfos2" }, /for somebody else: its audience is "selfos2"/),
  saying("aud is empty", { aud: [] }, /for somebody else: its audience is \[\]/),
  saying("aud has not ours", { aud: ["a", "b"] }, /for somebody else: its audience is \["a","b"\]/),
  saying("aud has ours inside", { aud: [["selfos"]] }, /for somebody else/),
  saying("aud is an object", { aud: { selfos: true } }, /for somebody else/),
  saying("exp is a text", { exp: "9999999999" }, /a claim exp that is no number: "9999999999"/),
  saying("exp is null", { exp: null }, /a claim exp that is no number: null/),
  saying("exp is true", { exp: true }, /a claim exp that is no number: true/),
  saying("exp is negative", { exp: -1 }, /expired on 1969-12-31 23:59 UTC/),
  saying("exp is huge", { exp: 1e300 }, /a claim exp that is no time: 1e\+300/),
  saying("exp is in milliseconds", { exp: 1.8e12 }, /a claim exp that is no time: 18/),
  {
    when: "exp is without end",
    make: (loot) => {
      const text = JSON.stringify(loot.claims({ exp: 5 })).replace('"exp":5', '"exp":1e999');
      return signed(loot.signers.rsa, { alg: "RS256", kid: "rsa" }, text);
    },
    says: /a claim exp that is no time: Infinity/,
  },
  {
    when: "it has expired for longer than clocks differ",
    make: (loot) => claiming(loot, { exp: loot.now - 60 }),
    says: /expired on 20/,
  },
  saying("iat is a text", { iat: "1" }, /a claim iat that is no number: "1"/),
  saying("iat is negative", { iat: -5 }, /a claim iat that is no time: -5/),
  {
    when: "iat is in the future",
    make: (loot) => claiming(loot, { iat: loot.now + 120 }),
    says: /was issued in the future, on 20/,
  },
  {
    when: "it is not valid yet",
    make: (loot) => claiming(loot, { nbf: loot.now + 120 }),
    says: /is not valid before 20/,
  },
  saying("nbf is a text", { nbf: "soon" }, /a claim nbf that is no number: "soon"/),
  saying("nbf is negative", { nbf: -1 }, /a claim nbf that is no time: -1/),
  saying("sub is empty", { sub: "" }, /an empty subject/),
  saying("sub is a number", { sub: 4711 }, /a subject that is no text: 4711/),
  saying("sub is a list", { sub: ["ada-4711"] }, /a subject that is no text: \["ada-4711"\]/),
  saying("sub is huge", { sub: "x".repeat(256) }, /a subject of more than 255 characters/),
  saying("sub has a NUL", { sub: "ada-4711\0" }, /a subject with characters that cannot be shown/),
  saying("sub is half a character", { sub: "\ud800" }, /characters that cannot be shown/),
  saying("sub is nobody's", { sub: "stranger" }, /not known here: "stranger" of http:/),
  saying("sub is Ada's with a blank", { sub: "ada-4711 " }, /not known here: "ada-4711 " of/),
  saying("sub is Ada's in capitals", { sub: "ADA-4711" }, /not known here: "ADA-4711" of/),
  saying(
    "it claims Ada's address",
    { sub: "stranger-2", email: "ada@example.org", email_verified: true },
    /not known here: "stranger-2" of http:/,
  ),
  saying("its person is in the trash", { sub: "eve-666" }, /that of "eve", who is in the trash/),
  ofFirebase("it is signed as Firebase does not", {}, /not signed as Firebase does.*ES256/, "ec"),
  ofFirebase("the key is another issuer's", {}, /a key that https:.* does not have: "rsa"/, "rsa"),
  ofFirebase(
    "its project is another",
    { iss: "https://securetoken.google.com/other" },
    /an issuer that is not trusted here: "https:\/\/securetoken/,
  ),
  ofFirebase("its audience is another project", { aud: "other" }, /its audience is "other"/),
  ofFirebase("nobody signed in", { auth_time: undefined }, /has no claim auth_time/),
  ofFirebase("its sign-in is a text", { auth_time: "1" }, /claim auth_time that is no number: "1"/),
  ofFirebase("its sign-in is in the future", { auth_time: 4e9 }, /a sign-in in the future, on 20/),
  ofFirebase("its sign-in is no time", { auth_time: -1 }, /claim auth_time that is no time: -1/),
  ofFirebase("its sub is long", { sub: "x".repeat(129) }, /a subject of more than 128 characters/),
  ofFirebase("its sub is the other issuer's", {}, /not known here: "ada-4711" of https:/),
  {
    when: "a token of the other issuer is told to be Firebase's",
    make: ({ signers, firebase, iss }) =>
      signed(signers.google, { alg: "RS256", kid: "google" }, firebase({ iss })),
    says: /a key that http:.* does not have: "google"/,
  },
];

function claiming({ signers, claims }: Loot, others: object): Promise<string> {
  return signed(signers.rsa, { alg: "RS256", kid: "rsa" }, claims(others));
}

function saying(when: string, others: object, says: RegExp): Attack {
  return { when, make: (loot) => claiming(loot, others), says };
}

function ofFirebase(
  what: string,
  others: object,
  says: RegExp,
  by: "google" | "rsa" | "ec" = "google",
): Attack {
  return {
    when: `it is of Firebase, and ${what}`,
    make: ({ signers, firebase }) =>
      signed(signers[by], { alg: signers[by].alg, kid: by }, firebase(others)),
    says,
  };
}
