import assert from "node:assert/strict";
import { EmbeddingsModel } from "@energetic-ai/embeddings";
import { findModel } from "../../../src/model_files.ts";
import { type Piece, Tokenizer } from "../../../src/search/built_in/tokenizer.ts";
import fc from "../../properties.ts";

const files = findModel({ env: Deno.env.toObject(), os: Deno.build.os });
const vocabulary: Piece[] = JSON.parse(Deno.readTextFileSync(files?.vocabulary ?? ""));
const tokenizer = new Tokenizer(vocabulary);
// deno-lint-ignore no-explicit-any
const { tokenizer: packaged } = new EmbeddingsModel({ vocabulary, model: undefined } as any) as any;

Deno.test("texts have the tokens that the package of the model gives them", () => {
  const texts = [
    "",
    " ",
    "I sleep badly when I drink coffee after lunch",
    "  two  spaces ",
    "Grüße aus Zürich, naïve café",
    "日本語 and 🎉🎉 emoji ﬁ ligature",
    "a\nb\tc",
    "Ünïcödé".repeat(20),
    "administration responsibilityresponsibility",
  ];

  for (const text of texts) assert.deepEqual(tokenizer.encode(text), packaged.encode(text), text);
});

Deno.test("so do any others", () => {
  const word = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom(...vocabulary.slice(6).map(([piece]) => piece)),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      for (const text of [words.join(" "), words.join("")]) {
        assert.deepEqual(tokenizer.encode(text), packaged.encode(text));
      }
    }),
    { numRuns: 2000 },
  );
});
