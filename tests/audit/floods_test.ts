import assert from "node:assert/strict";
import { Floods } from "../../src/audit/floods.ts";
import type { Attempt } from "../../src/audit/audit.ts";
import { BadCredential } from "../../src/errors.ts";

const MINUTE = 60_000;
const key = { id: "Ab12Cd34", user_id: "ada" };

function wrong(why: BadCredential["why"] = "unknown", of?: typeof key): BadCredential {
  return new BadCredential(why, "Cannot authenticate", "try another", of);
}

function open() {
  const clock = { now: 10 * MINUTE };
  const floods = new Floods(() => clock.now);
  const kept: Attempt[] = [];
  const keep = (attempt: Attempt | undefined) => void (attempt && kept.push(attempt));
  return { clock, floods, kept, keep };
}

const reasons = (kept: readonly Attempt[]) => kept.map(({ reason }) => reason);

Deno.test("a wrong credential is recorded with why, where from, and the key that it pretends to be", () => {
  const { floods, kept, keep } = open();
  keep(floods.refused(wrong("expired", key), "192.0.2.7", false));
  keep(floods.refused(wrong(), null, false));

  assert.deepEqual(
    kept.map(({ asker, user_id, address, outcome, reason }) => [
      ...[asker?.id, asker?.user_id, user_id, address, outcome, reason],
    ]),
    [
      ["Ab12Cd34", null, "ada", "192.0.2.7", "unauthenticated", "expired"],
      [undefined, undefined, null, null, "unauthenticated", "unknown"],
    ],
  );
});

Deno.test("of an address that guesses, what is over its limit is one record a minute", () => {
  const { clock, floods, kept, keep } = open();
  for (let minute = 0; minute < 3; minute++) {
    for (let guess = 0; guess < 5000; guess++) {
      keep(floods.refused(wrong("unknown", key), "192.0.2.7", guess >= 30));
    }
    clock.now += MINUTE;
  }

  assert.equal(kept.length, 3 * 31);
  const last = kept.at(-1);
  assert.deepEqual([last?.reason, last?.outcome, last?.asker], ["limited", "rate_limited", null]);
});

Deno.test("so it is where nobody counts for the address, as for a process of this machine", () => {
  const { floods, kept, keep } = open();
  for (let guess = 0; guess < 5000; guess++) {
    keep(floods.refused(wrong("revoked", key), null, false));
  }

  assert.deepEqual(reasons(kept), [...Array(30).fill("revoked"), "limited"]);
});

Deno.test("requests without a credential are one record for each address and minute", () => {
  const { clock, floods, kept, keep } = open();
  for (let minute = 0; minute < 2; minute++) {
    for (let request = 0; request < 100; request++) {
      for (const address of ["192.0.2.7", "192.0.2.8"]) {
        keep(floods.refused(wrong("missing"), address, false));
      }
    }
    clock.now += MINUTE;
  }

  assert.deepEqual(reasons(kept), Array(4).fill("missing"));
});

Deno.test("addresses without number do not fill the disk", () => {
  const { clock, floods, kept, keep } = open();
  for (let guess = 0; guess < 20_000; guess++) {
    keep(floods.refused(wrong(), `2001:db8::${guess.toString(16)}`, false));
  }
  const first = kept.length;
  clock.now += MINUTE;
  keep(floods.refused(wrong(), "2001:db8::1", false));

  assert.equal(first, 601);
  assert.deepEqual([kept[600]?.address, kept[600]?.reason], [null, "limited"]);
  assert.deepEqual([kept[601]?.address, kept[601]?.reason], ["2001:db8::1", "unknown"]);
});

Deno.test("a good credential with too many calls is one record a minute", () => {
  const { clock, floods, kept, keep } = open();
  for (let minute = 0; minute < 2; minute++) {
    for (let call = 0; call < 1000; call++) keep(floods.limited(key, "192.0.2.7"));
    clock.now += MINUTE;
  }

  assert.deepEqual(
    kept.map(({ asker, user_id, outcome }) => [asker?.id, user_id, outcome]),
    Array(2).fill(["Ab12Cd34", "ada", "rate_limited"]),
  );
});
