import assert from "node:assert/strict";
import { binaries } from "../../src/build/sqlite.ts";

Deno.test("the SQLite that runs statements is that of its package (src/build/sqlite.ts copies it)", async () => {
  const { theirs, ours } = await binaries();

  assert.ok(theirs.length > 100_000);
  assert.deepEqual(new Uint8Array(ours), new Uint8Array(theirs));
});
