/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import "../../closed_env.ts";
// @ts-types="./core.d.ts"
import { setWasmPaths } from "@energetic-ai/core";
import { messageOf } from "../../errors.ts";
import type { ModelFiles } from "../../model_files.ts";
import type { Asked, Reply } from "../on_demand_worker.ts";
import { Encoder } from "./encoder.ts";
import type { Answer, Question } from "./model.ts";

// What packages print says no more than the fault that is answered.
for (const method of ["log", "info", "debug", "warn", "error"] as const) {
  globalThis.console[method] = () => {};
}

// Told by its name, as a message would come too late: the package looks for its binary at once.
const files: ModelFiles = JSON.parse(globalThis.name);
const binaries = ["", "-simd", "-threaded-simd"].map((kind) => `tfjs-backend-wasm${kind}.wasm`);
setWasmPaths(Object.fromEntries(binaries.map((name) => [name, files.wasm])));

const encoder = Encoder.load(files);
encoder.catch(() => {});

addEventListener("message", async ({ data: { id, question } }: MessageEvent<Asked<Question>>) => {
  let reply: Reply<Answer>;
  try {
    reply = { id, answer: await (await encoder).embed(question) };
  } catch (error) {
    reply = { id, error: messageOf(error) };
  }
  postMessage(reply);
});
