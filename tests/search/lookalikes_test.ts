import assert from "node:assert/strict";
import { likeness } from "../../src/search/lookalikes.ts";

const pairs = [
  { what: "the same word", words: ["anna", "anna"], is: 1 },
  { what: "a letter more", words: ["kowalski", "kowallski"], is: 1 - 1 / 9 },
  { what: "a letter less", words: ["kowalski", "kowalsk"], is: 1 - 1 / 8 },
  { what: "another letter", words: ["kowalski", "kowalsky"], is: 1 - 1 / 8 },
  { what: "two letters swapped", words: ["kowalski", "kowlaski"], is: 1 - 1 / 8 },
  { what: "a swap and another letter", words: ["kowalski", "kowlasky"], is: 1 - 2 / 8 },
  { what: "as much as there may be", words: ["abcde", "abcxy"], is: 1 - 2 / 5 },
  { what: "more than there may be", words: ["abcde", "abxyz"], is: 0 },
  { what: "another length", words: ["abc", "abcdefgh"], is: 0 },
] as const;
for (const { what, words: [a, b], is } of pairs) {
  Deno.test(`a word is like another with ${what} by ${is.toFixed(2)}, both ways`, () => {
    assert.equal(likeness(a, b, 0.6), is);
    assert.equal(likeness(b, a, 0.6), is);
  });
}

Deno.test("likeness below the least is none", () => {
  assert.ok(likeness("abcde", "abcxy", 0.6) > 0);
  assert.equal(likeness("abcde", "abcxy", 0.75), 0);
});
