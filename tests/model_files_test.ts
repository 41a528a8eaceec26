import assert from "node:assert/strict";
import { findModel } from "../src/model_files.ts";

Deno.test("the model is found where the runtime keeps packages, whatever the registry", async () => {
  const cache = await Deno.makeTempDir({ prefix: "selfos-cache-" });
  const packages = `${cache}/npm/packages.example/@energetic-ai`;
  await Deno.mkdir(`${packages}/model-embeddings-en/0.2.0/dist`, { recursive: true });
  await Deno.mkdir(`${cache}/npm/another.example`);

  assert.equal(findModel({ env: { DENO_DIR: cache }, os: "linux" })?.directory, packages);
  assert.equal(
    findModel({ env: { DENO_DIR: `${cache}/none`, HOME: "/" }, os: "linux" }),
    undefined,
  );
  assert.equal(findModel({ env: {}, os: "linux" }), undefined);
  await Deno.rename(`${cache}/npm`, `${cache}/x`);
  await Deno.mkdir(`${cache}/deno`);
  await Deno.rename(`${cache}/x`, `${cache}/deno/npm`);
  for (
    const { env, os } of [
      { env: { XDG_CACHE_HOME: cache, HOME: "/" }, os: "linux" },
      { env: { LOCALAPPDATA: cache }, os: "windows" },
    ] as const
  ) {
    assert.ok(findModel({ env, os })?.directory.startsWith(cache));
  }
  await Deno.remove(cache, { recursive: true });
});
