/** Tools that answer every kind of content, tell and fail, under the names the suite asks for. */
import { z } from "zod";
import { AppError } from "../../src/errors.ts";
import type { Tool } from "../../src/mcp/define.ts";
import { defineTool, type ToolContext } from "../../src/tools/tool.ts";
import { PNG, WAV } from "./media.ts";

const STEP_MS = 50;

/** A tool that takes nothing and answers what it attaches. */
function plainTool(
  name: string,
  description: string,
  run: (context: ToolContext) => void | Promise<void>,
): Tool<ToolContext> {
  return defineTool({
    name,
    title: name,
    description,
    access: "read",
    input: z.object({}),
    output: z.object({}),
    async run(_, context) {
      await run(context);
      return {};
    },
  });
}

const RESOURCE = {
  uri: "test://embedded-resource",
  mimeType: "text/plain",
  text: "This is an embedded resource content.",
};

export const contentTools: readonly Tool<ToolContext>[] = [
  plainTool("test_simple_text", "Answers a text.", ({ attach }) => {
    attach({ type: "text", text: "This is a simple text response for testing." });
  }),
  plainTool("test_image_content", "Answers an image.", ({ attach }) => {
    attach({ type: "image", data: PNG, mimeType: "image/png" });
  }),
  plainTool("test_audio_content", "Answers a sound.", ({ attach }) => {
    attach({ type: "audio", data: WAV, mimeType: "audio/wav" });
  }),
  plainTool("test_embedded_resource", "Answers a resource.", ({ attach }) => {
    attach({ type: "resource", resource: RESOURCE });
  }),
  plainTool("test_multiple_content_types", "Answers several kinds at once.", ({ attach }) => {
    attach({ type: "text", text: "Multiple content types test:" });
    attach({ type: "image", data: PNG, mimeType: "image/png" });
    const text = JSON.stringify({ test: "data", value: 123 });
    const uri = "test://mixed-content-resource";
    attach({ type: "resource", resource: { uri, mimeType: "application/json", text } });
  }),
  plainTool("test_error_handling", "Always refuses.", () => {
    throw new AppError("conflict", "This tool intentionally returns an error for testing");
  }),
  plainTool("test_defect", "Fails on a defect whose message is secret.", () => {
    throw new Error("the secret is 4711");
  }),
  plainTool("test_tool_with_logging", "Tells three lines.", async ({ log, attach }) => {
    await log("info", "Tool execution started");
    await pause();
    await log("info", "Tool processing data");
    await pause();
    await log("info", "Tool execution completed");
    attach({ type: "text", text: "Told three lines." });
  }),
  plainTool("test_logging_tool", "Tells a line of each of two levels.", async ({ log, attach }) => {
    await log("debug", "A line for whoever looks closely");
    await log("error", "A line for everyone");
    attach({ type: "text", text: "Told two lines." });
  }),
  plainTool("test_tool_with_progress", "Says how far it is.", async ({ progress, attach }) => {
    await progress(0, 100, "begun");
    await pause();
    await progress(50, 100, "half done");
    await pause();
    await progress(100, 100, "done");
    attach({ type: "text", text: "Done." });
  }),
  plainTool("test_slow", "Waits until it is cancelled.", async ({ signal }) => {
    // On a busy machine it may be cancelled before it has begun.
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    cancelled++;
    signal.throwIfAborted();
  }),
  plainTool("test_cancellations", "Counts the calls that were cancelled.", ({ attach }) => {
    attach({ type: "text", text: String(cancelled) });
  }),
];

let cancelled = 0;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, STEP_MS));
}
