import assert from "node:assert/strict";
import { fuse } from "../../src/search/fusion.ts";

const words = (...hits: [id: number, coverage: number][]) =>
  hits.map(([id, coverage]) => ({ id, coverage }));
const meaning = (...hits: [id: number, likeness: number][]) =>
  hits.map(([id, likeness]) => ({ id, likeness }));

Deno.test("what is first by words and by meaning has the score 1 and comes first", () => {
  const [first, second, third] = fuse(
    words([1, 1], [2, 0.5]),
    meaning([1, 0.9], [3, 0.8], [2, 0.7]),
  );

  assert.deepEqual(first, { id: 1, score: 1, matched: "both" });
  assert.deepEqual([second?.id, second?.matched], [2, "both"]);
  assert.deepEqual([third?.id, third?.matched], [3, "meaning"]);
  assert.ok(third!.score < second!.score && second!.score < 1);
});

Deno.test("without words the order is that of meaning, without meaning that of words", () => {
  const byMeaning = fuse([], meaning([3, 0.9], [1, 0.2], [2, -0.1]));
  const byWords = fuse(words([2, 1], [3, 0.6]), []);

  assert.deepEqual(byMeaning.map(({ id, matched }) => [id, matched]), [
    [3, "meaning"],
    [1, "meaning"],
    [2, "meaning"],
  ]);
  assert.deepEqual(byWords.map(({ id, matched }) => [id, matched]), [[2, "words"], [3, "words"]]);
});

Deno.test("what has the words and is unlike the query was found by its words", () => {
  const found = fuse(words([1, 1], [2, 1]), meaning([1, 0.8], [2, 0.1]));

  assert.deepEqual(found.map(({ id, matched }) => [id, matched]), [[1, "both"], [2, "words"]]);
});

Deno.test("of those that have as much of the query, the likest comes first", () => {
  const found = fuse(words([9, 1], [8, 1], [7, 1]), meaning([7, 0.9], [8, 0.8], [9, 0.7]));

  assert.deepEqual(found.map(({ id }) => id), [7, 8, 9]);
});

Deno.test("the latest comes first only among equals", () => {
  const equals = fuse(words([1, 1], [5, 1], [3, 1]), []);
  const others = fuse(words([1, 1], [5, 0.9]), []);

  assert.deepEqual(equals.map(({ id }) => id), [5, 3, 1]);
  assert.deepEqual(others.map(({ id }) => id), [1, 5]);
});

Deno.test("nothing is nothing", () => {
  assert.deepEqual(fuse([], []), []);
});
