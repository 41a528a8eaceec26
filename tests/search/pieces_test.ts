import assert from "node:assert/strict";
import { LONGEST_PIECE } from "../../src/search/embedder.ts";
import { piecesOf } from "../../src/search/pieces.ts";
import fc from "../properties.ts";

Deno.test("a short text is one piece, and an empty one has none", () => {
  assert.deepEqual(piecesOf("  I like tea.\n"), ["I like tea."]);
  assert.deepEqual(piecesOf("x".repeat(LONGEST_PIECE)), ["x".repeat(LONGEST_PIECE)]);
  assert.deepEqual(piecesOf(" \n "), []);
});

const ends = [
  { where: "paragraphs end", text: (a: string, b: string) => `${a}. ${a}\n\n${b}. ${b}` },
  { where: "sentences end", text: (a: string, b: string) => `${a} ${a}. ${b} ${b}` },
  { where: "words end", text: (a: string, b: string) => `${a}${a} ${b}${b}` },
  { where: "sentences without spaces end", text: (a: string, b: string) => `${a}${a}。${b}${b}` },
];
for (const { where, text } of ends) {
  Deno.test(`a long text is cut where ${where}`, () => {
    const pieces = piecesOf(text("a".repeat(150), "b".repeat(149)));

    assert.equal(pieces.length, 2);
    assert.doesNotMatch(pieces[0]!, /b/);
    assert.doesNotMatch(pieces[1]!, /a/);
  });
}

Deno.test("no piece is empty, too long or ends within a character, and nothing is lost", () => {
  const bit = fc.oneof(
    fc.string({ unit: "binary", maxLength: 700 }),
    fc.constantFrom("😀".repeat(400), " ", "\n\n", ". ", "。", "x".repeat(499), "a b c "),
  );
  fc.assert(fc.property(fc.array(bit, { maxLength: 12 }), (bits) => {
    const text = bits.join("");

    const pieces = piecesOf(text);

    for (const piece of pieces) {
      assert.ok(piece.trim() !== "" && piece.length <= LONGEST_PIECE, `${piece.length}`);
      assert.ok(piece.isWellFormed(), JSON.stringify(piece));
    }
    assert.equal(pieces.join("").replaceAll(/\s/g, ""), text.replaceAll(/\s/g, ""));
  }));
});

Deno.test("a long text has few more pieces than it must", () => {
  const text = "A sentence that says a thing. ".repeat(1000);

  assert.ok(piecesOf(text).length <= 2 * text.length / LONGEST_PIECE + 1);
});
