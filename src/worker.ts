/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import "./closed_env.ts";
import type { Order } from "./cli/usage.ts";

const stopping = new AbortController();

// Standard output belongs to the protocol and to answers; what packages print goes to stderr.
globalThis.console.log = globalThis.console.error;
globalThis.console.info = globalThis.console.error;
globalThis.console.debug = globalThis.console.error;

addEventListener("message", async ({ data }: MessageEvent<Order | "stop">) => {
  if (data === "stop") return stopping.abort();
  const { execute } = await import("./cli/execute.ts");
  postMessage({ exit: await execute(data, stopping.signal) });
});

postMessage("up");
