import assert from "node:assert/strict";
import { hashOf, idInKey, isKeyId, makeKey, parseKey, sameHash } from "../../src/auth/key.ts";
import fc from "../properties.ts";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

Deno.test("a key is its prefix, an id, a secret and a checksum", () => {
  const { key, id, secret } = makeKey();

  assert.match(key, /^sos_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
  assert.ok(key.startsWith(`sos_live_${id}_${secret}`));
});

Deno.test("the parts of a key are those it was made of", () => {
  fc.assert(fc.property(fc.constant(null), () => {
    const { key, id, secret } = makeKey();

    assert.deepEqual(parseKey(key), { id, secret });
  }));
});

Deno.test("the checksum is the CRC32 of what stands before it, in base 62", () => {
  const parts = { id: "abcdefgh", secret: "s".repeat(43) };

  const found = parseKey(`sos_live_abcdefgh_${"s".repeat(43)}4P4CzR`);

  assert.deepEqual(found, parts);
});

Deno.test("a key with one changed character is no key", () => {
  const place = fc.nat({ max: 66 });
  const letter = fc.oneof(fc.constantFrom(...LETTERS), fc.string({ minLength: 1, maxLength: 1 }));
  fc.assert(
    fc.property(place, letter, (at, other) => {
      const { key } = makeKey();
      fc.pre(key[at] !== other);

      assert.equal(parseKey(key.slice(0, at) + other + key.slice(at + 1)), undefined);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a key with one character more or less, or two that changed places, is no key", () => {
  fc.assert(fc.property(fc.nat({ max: 66 }), fc.constantFrom(...LETTERS), (at, other) => {
    const { key } = makeKey();
    const [a = "", b = ""] = [key[at], key[at + 1]];
    const swapped = key.slice(0, at) + b + a + key.slice(at + 2);

    assert.equal(parseKey(key.slice(0, at) + key.slice(at + 1)), undefined);
    assert.equal(parseKey(key.slice(0, at) + other + key.slice(at)), undefined);
    if (swapped !== key) assert.equal(parseKey(swapped), undefined);
  }));
});

Deno.test("no other text is a key", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => {
    assert.equal(parseKey(text), undefined);
  }));
  const { key } = makeKey();
  for (const text of [`${key}\n`, ` ${key}`, key.toUpperCase(), `Bearer ${key}`, key + key]) {
    assert.equal(parseKey(text), undefined);
  }
});

Deno.test("every letter is as likely in a secret as any other, and none comes twice", () => {
  const secrets = Array.from({ length: 4000 }, () => makeKey().secret);

  const counts = new Map<string, number>();
  for (const letter of secrets.join("")) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const expected = 4000 * 43 / 62;
  const distance = [...LETTERS]
    .reduce((sum, letter) => sum + ((counts.get(letter) ?? 0) - expected) ** 2 / expected, 0);
  // Chi-squared with 61 degrees of freedom: beyond 130 once in a million runs. With the bias of a
  // plain remainder it is above 1,000.
  assert.ok(distance < 130, `chi-squared ${distance}`);
  assert.equal(new Set(secrets).size, secrets.length);
});

Deno.test("a hash is the SHA-256 in hex, and only the same one is the same", () => {
  const hash = hashOf("abc");

  assert.equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.ok(sameHash(hash, hashOf("abc")));
  assert.ok(!sameHash(hash, hashOf("abd")));
  assert.ok(!sameHash(hash, hash.slice(1)));
  assert.ok(!sameHash(hash, "é".repeat(64)));
});

Deno.test("the id can be told from a whole key", () => {
  const { key, id } = makeKey();

  assert.deepEqual([idInKey(key), idInKey(key.slice(0, 30)), idInKey(id)], [id, id, undefined]);
  assert.equal(idInKey(key.replace(`${id}_`, "")), undefined);
  assert.deepEqual([isKeyId(id), isKeyId(key), isKeyId(`${id}\n`)], [true, false, false]);
});
