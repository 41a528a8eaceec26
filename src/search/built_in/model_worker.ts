/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import "../../closed_env.ts";
// @ts-types="./core.d.ts"
import { loadGraphModel, setWasmPaths } from "@energetic-ai/core";
import { type EmbeddingsModel, initModel } from "@energetic-ai/embeddings";
import type { Answer, Question } from "./model.ts";
import type { ModelFiles } from "./model_files.ts";

// Standard output belongs to the protocol.
globalThis.console.log = globalThis.console.error;
globalThis.console.info = globalThis.console.error;
globalThis.console.debug = globalThis.console.error;

let model: Promise<EmbeddingsModel> | undefined;

addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  model ??= load(data.files);
  let answer: Answer;
  try {
    answer = { vectors: await (await model).embed([...data.texts]) };
  } catch (error) {
    answer = { fault: error instanceof Error ? error.message : String(error) };
  }
  postMessage(answer);
});

async function load(files: ModelFiles): Promise<EmbeddingsModel> {
  const names = ["", "-simd", "-threaded-simd"].map((kind) => `tfjs-backend-wasm${kind}.wasm`);
  setWasmPaths(Object.fromEntries(names.map((name) => [name, files.wasm])));
  return await initModel(async () => ({
    model: await loadGraphModel(`file://${files.model}`),
    vocabulary: JSON.parse(await Deno.readTextFile(files.vocabulary)),
  }));
}
