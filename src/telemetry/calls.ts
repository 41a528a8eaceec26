import { AppError, type ErrorCode, UnknownTool } from "../errors.ts";
import { openTracer, type Span } from "./tracer.ts";

/** How a call of a tool ended: well, refused under a code, or on a defect. */
export type Outcome = "ok" | ErrorCode | "unknown_tool" | "error";

/** Told of a call that has ended. */
export type Recorder = (tool: string, outcome: Outcome, seconds: number) => void;

/** Runs a call of a tool and looks how it ends; changes nothing of it. */
export type Watch = <T>(tool: string, call: () => Promise<T>) => Promise<T>;

/** What OpenTelemetry calls the side that answers a request. */
const SERVER_KIND = 1;
const STATUS_ERROR = 2;

/** Watches calls: each is recorded, and is a span of its own where the runtime exports traces. */
export function watchCalls(record: Recorder = () => {}): Watch {
  const tracer = openTracer();
  if (tracer === undefined) return (tool, call) => timed(tool, call, record);
  return (tool, call) =>
    tracer.startActiveSpan(
      "tools/call",
      { kind: SERVER_KIND, attributes: { "mcp.method.name": "tools/call" } },
      (span) =>
        timed(tool, call, (tool, outcome, seconds) => {
          end(span, tool, outcome);
          record(tool, outcome, seconds);
        }),
    );
}

async function timed<T>(tool: string, call: () => Promise<T>, record: Recorder): Promise<T> {
  const began = performance.now();
  const ended = (outcome: Outcome) => record(tool, outcome, (performance.now() - began) / 1000);
  try {
    const answer = await call();
    ended("ok");
    return answer;
  } catch (error) {
    ended(outcomeOf(error));
    throw error;
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof AppError) return error.code;
  return error instanceof UnknownTool ? "unknown_tool" : "error";
}

/** A name that no tool has is a client's text, and stays out. */
function end(span: Span, tool: string, outcome: Outcome): void {
  if (outcome !== "unknown_tool") {
    span.updateName(`tools/call ${tool}`);
    span.setAttribute("gen_ai.tool.name", tool);
  }
  span.setAttribute("selfos.outcome", outcome);
  if (outcome !== "ok") span.setAttribute("error.type", outcome);
  if (outcome === "error" || outcome === "unavailable") span.setStatus({ code: STATUS_ERROR });
  span.end();
}
