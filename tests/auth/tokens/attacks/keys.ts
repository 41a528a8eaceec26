import { forged, secretOf } from "../../making.ts";
import type { Attack, Loot } from "./attack.ts";

const WRONG = /the API key is mistyped or unknown/;

/** Attacks with keys, and with what is neither key nor token. */
export const keyAttacks: readonly Attack[] = [
  ofKey("its checksum is wrong", ({ good }) => good.slice(0, -1) + other(good.slice(-1))),
  ofKey("its secret is another's", ({ good, expired }) => forged(idOf(good), secretOf(expired))),
  ofKey("its secret is a made-up one", ({ good }) => forged(idOf(good), "A".repeat(43))),
  ofKey("nobody was given it", () => forged("00000000", "A".repeat(43))),
  ofKey("it is cut off", ({ good }) => good.slice(0, 30)),
  ofKey("something was added to it", ({ good }) => `${good}A`),
  ofKey("a token's dot was added to it", ({ good }) => `${good}.`),
  ofKey("it has another prefix", ({ good }) => good.replace("sos_live_", "sos_test_")),
  ofKey("it is in capitals", ({ good }) => good.toUpperCase()),
  ofKey("it is its id alone", ({ good }) => idOf(good)),
  ofKey("it is a word", () => "letmein"),
  ofKey("it is code", () => "';drop/**/table/**/api_keys;--"),
  ofKey("it expired", ({ expired }) => expired, /the API key \w{8} expired on 20/),
  ofKey("it was revoked", ({ revoked }) => revoked, /the API key \w{8} was revoked on 20/),
  ofKey("its person is in the trash", ({ suspended }) => suspended, /is that of "eve", who is in/),
  ofKey("its level is unknown", ({ strange }) => strange, /has the level root, which this selfos/),
];

function ofKey(
  what: string,
  make: (keys: Loot["keys"]) => string,
  says: RegExp = WRONG,
): Attack {
  return { when: `the key is wrong: ${what}`, make: ({ keys }) => make(keys), says };
}

function idOf(key: string): string {
  return key.slice("sos_live_".length, "sos_live_".length + 8);
}

function other(letter: string): string {
  return letter === "a" ? "b" : "a";
}
