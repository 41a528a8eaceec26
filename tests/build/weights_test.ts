import assert from "node:assert/strict";
import { writeSmall } from "../../src/build/weights.ts";
import { findModel, type ModelFiles } from "../../src/model_files.ts";
import { BuiltInEmbedder } from "../../src/search/built_in.ts";

const TEXTS = [
  "Where did I park the car?",
  "I left the car in the garage on Mill Street",
  "Grandma's recipe needs two eggs",
  "Tadeusz will replace the slate roof in September, starting with the north side",
];

Deno.test("the model of the binary is a quarter as large, and means the same", async () => {
  const directory = await Deno.makeTempDir({ prefix: "selfos-model-" });
  const files = findModel({ env: Deno.env.toObject(), os: Deno.build.os });
  assert.ok(files);

  await writeSmall(files.model, directory);

  const small = await embed({ ...files, directory: "/", model: `${directory}/model.json` });
  const whole = await embed(files);
  for (const [index, vector] of whole.entries()) {
    const likeness = vector.reduce((sum, value, place) => sum + value * small[index]![place]!, 0);
    assert.ok(likeness > 0.99, `${TEXTS[index]}: ${likeness}`);
  }
  assert.ok((await Deno.stat(`${directory}/weights-0`)).size < 7_500_000);
  await Deno.remove(directory, { recursive: true });
});

async function embed(files: ModelFiles): Promise<Float32Array[]> {
  await using embedder = new BuiltInEmbedder({ files, idle: 60_000 });
  return await embedder.embed(TEXTS, { urgent: true });
}
