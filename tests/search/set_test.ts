/** The set by which search is judged keeps to what it is made for. */
import assert from "node:assert/strict";
import { stemmer } from "stemmer";
import { STOP_WORDS } from "../../src/life/stop_words.ts";
import { MEMORIES, PARTS, QUERIES } from "../bench/search/set.ts";

const LEAST = { memories: 80, paraphrases: 80, questions: 30, names: 20 };

Deno.test("the set has as many memories and queries of each kind as it must, none of them twice", () => {
  const ids = MEMORIES.map(({ id }) => id);
  const texts = MEMORIES.map(({ text }) => text);
  const queries = PARTS.flatMap((part) => QUERIES[part].map(({ query }) => query.toLowerCase()));

  assert.ok(ids.length >= LEAST.memories, `${ids.length} memories`);
  for (const part of PARTS) assert.ok(QUERIES[part].length >= LEAST[part], part);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(new Set(texts).size, texts.length);
  assert.equal(new Set(queries).size, queries.length);
});

Deno.test("every query of the set is answered by one of its memories", () => {
  const ids = new Set(MEMORIES.map(({ id }) => id));

  const lost = PARTS.flatMap((part) => QUERIES[part]).filter(({ answer }) => !ids.has(answer));

  assert.deepEqual(lost, []);
});

Deno.test("no paraphrase of the set shares a stem with its answer", () => {
  const texts = new Map(MEMORIES.map(({ id, text }) => [id, text]));

  const shared = QUERIES.paraphrases.flatMap(({ query, answer }) => {
    const stems = stemsOf(texts.get(answer) ?? "");
    return [...stemsOf(query)].filter((stem) => stems.has(stem)).map((stem) => ({ query, stem }));
  });

  assert.deepEqual(shared, []);
});

/** Made here, so that what search makes of words cannot hide what they share. */
function stemsOf(text: string): Set<string> {
  const words = text.toLowerCase().replace(/['’]s\b/g, "").match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.filter((word) => !STOP_WORDS.has(word)).map(stemmer));
}
