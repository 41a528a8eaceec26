import assert from "node:assert/strict";
import { Space } from "../../../src/search/vectors/space.ts";

/** Vectors of two dimensions, each at an angle in degrees. */
function rowsAt(...rows: [id: number, ...degrees: number[]][]) {
  const placed = rows.flatMap(([id, ...degrees]) =>
    degrees.map((degree, seq) => ({ id, seq, degree }))
  );
  return {
    ids: placed.map(({ id }) => id),
    seqs: placed.map(({ seq }) => seq),
    values: Float32Array.from(placed.flatMap(({ degree }) => at(degree))),
  };
}

function at(degree: number): [number, number] {
  return [Math.cos(degree * Math.PI / 180), Math.sin(degree * Math.PI / 180)];
}

const EAST = Float32Array.from(at(0));

Deno.test("the nearest come first, each once and by its nearest piece", () => {
  const space = new Space(2);
  space.add(rowsAt([1, 90], [2, 170, 10, 60], [3, 30]));

  const { ids, scores } = space.nearest(EAST, 10);

  assert.deepEqual(ids, [2, 3, 1]);
  assert.deepEqual(scores.map((score) => score.toFixed(3)), ["0.985", "0.866", "0.000"]);
  assert.deepEqual(space.nearest(EAST, 2).ids, [2, 3]);
});

Deno.test("of what is equally near, the latest comes first", () => {
  const space = new Space(2);
  space.add(rowsAt([4, 20], [9, 20], [5, 20], [6, 30]));

  assert.deepEqual(space.nearest(EAST, 3).ids, [9, 5, 4]);
  assert.deepEqual(space.nearest(EAST, 1).ids, [9]);
});

Deno.test("only what is asked for is compared", () => {
  const space = new Space(2);
  space.add(rowsAt([1, 0], [2, 10], [3, 20]));

  assert.deepEqual(space.nearest(EAST, 2, new Set([3, 2, 99])).ids, [2, 3]);
  assert.deepEqual(space.nearest(EAST, 2, new Set()).ids, []);
});

Deno.test("new pieces of an item take the place of all that it had", () => {
  const space = new Space(2);
  space.add(rowsAt([1, 0, 5], [2, 40]));
  space.add(rowsAt([1, 90]));

  assert.deepEqual(space.nearest(EAST, 5).ids, [2, 1]);
  assert.equal(space.items, 2);
});

Deno.test("an item whose vector has no direction any more is near nothing", () => {
  const space = new Space(2);
  space.add(rowsAt([1, 0], [2, 40]));
  space.add({ ids: [1], seqs: [0], values: new Float32Array(2) });

  assert.deepEqual(space.nearest(EAST, 5).ids, [2]);
  assert.equal(space.items, 1);
});

Deno.test("gaps are closed, so that rewriting takes no room without end", () => {
  const space = new Space(512);
  const values = new Float32Array(512);
  for (let round = 0; round < 5000; round++) {
    values.fill(0)[round % 512] = 1;
    space.add({ ids: [1 + round % 3], seqs: [0], values });
  }

  const { ids } = space.nearest(values, 5);

  assert.equal(ids[0], 1 + 4999 % 3);
  assert.equal(space.items, 3);
  assert.ok(space.bytes < 1e6, `${space.bytes} bytes`);
});

Deno.test("what is left after gaps were closed is found as before", () => {
  const space = new Space(2);
  space.add(rowsAt([1, 10, 80], [2, 20], [3, 30, 85], [4, 40], [5, 50]));
  space.add(rowsAt([2, 120], [4, 140], [5, 150]));
  space.add(rowsAt([2, 121], [4, 141], [5, 151]));
  space.add(rowsAt([2, 122], [4, 142], [5, 0]));

  assert.deepEqual(space.nearest(EAST, 9).ids, [5, 1, 3, 2, 4]);
  assert.equal(space.items, 5);
});

Deno.test("more vectors than there was room for at first are all found", () => {
  const space = new Space(3);
  const count = 50_000;
  const values = new Float32Array(3 * count);
  for (let row = 0; row < count; row++) {
    values.set([row / count, Math.sqrt(1 - (row / count) ** 2), 0], 3 * row);
  }
  const ids = Array.from({ length: count }, (_, row) => row + 1);
  for (let start = 0; start < count; start += 1000) {
    const end = start + 1000;
    const seqs = Array<number>(1000).fill(0);
    space.add({ ids: ids.slice(start, end), seqs, values: values.slice(3 * start, 3 * end) });
  }

  const { ids: nearest, scores } = space.nearest(Float32Array.from([1, 0, 0]), 100);

  assert.deepEqual(nearest, ids.slice(-100).reverse());
  assert.ok(Math.abs(scores[99]! - (count - 100) / count) < 1e-5);
  assert.equal(space.items, count);
});

Deno.test("an empty space, and a query of other dimensions, find nothing", () => {
  const space = new Space(2);
  assert.deepEqual(space.nearest(EAST, 5), { ids: [], scores: [] });
  space.add(rowsAt([1, 0]));

  assert.deepEqual(space.nearest(new Float32Array(3), 5), { ids: [], scores: [] });
});
