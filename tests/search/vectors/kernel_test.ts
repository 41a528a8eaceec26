import assert from "node:assert/strict";
import wabt from "wabt";
import {
  assembledKernel,
  KERNEL_TEXT,
  kernelOn,
  LANE_BYTES,
} from "../../../src/search/vectors/kernel.ts";

Deno.test("the kernel as it is stored is that of its text", async () => {
  const { parseWat } = await wabt();
  const module = parseWat("kernel.wat", KERNEL_TEXT, { simd: true });

  const { buffer } = module.toBinary({});

  assert.equal(btoa(String.fromCharCode(...buffer)), assembledKernel());
});

const shapes = [
  { dims: 1, rows: 1 },
  { dims: 15, rows: 3 },
  { dims: 16, rows: 2 },
  { dims: 17, rows: 5 },
  { dims: 384, rows: 7 },
  { dims: 512, rows: 64 },
  { dims: 1000, rows: 3 },
];
for (const { dims, rows } of shapes) {
  Deno.test(`the kernel multiplies ${rows} vectors of ${dims} as a plain loop does`, () => {
    const size = Math.ceil(dims * 4 / LANE_BYTES) * LANE_BYTES;
    const memory = new WebAssembly.Memory({ initial: 4 });
    const place = (row: number) => new Float32Array(memory.buffer, row * size, dims);
    const vectors = Array.from({ length: rows + 1 }, (_, row) => {
      place(row).set(Float32Array.from({ length: dims }, (_, at) => Math.sin(row * 31 + at)));
      return place(row);
    });
    const out = (rows + 1) * size;
    const beyond = new Float32Array(memory.buffer, out + rows * 4, 1);
    beyond[0] = 7;

    kernelOn(memory)(0, size, out, out, size);

    const [query = new Float32Array(), ...others] = vectors;
    const products = new Float32Array(memory.buffer, out, rows);
    for (const [row, vector] of others.entries()) {
      const plain = query.reduce((sum, value, at) => sum + value * vector[at]!, 0);
      assert.ok(Math.abs(products[row]! - plain) < 1e-4 * dims, `${products[row]} and ${plain}`);
    }
    assert.equal(beyond[0], 7);
  });
}
