import { type Outcome, outcomeOf } from "../outcome.ts";
import { openTracer, type Span } from "./tracer.ts";

/** Told of a call that has ended. */
export type Recorder = (tool: string, outcome: Outcome, seconds: number) => void;

/** Runs a call of a tool and looks how it ends; changes nothing of it. */
export type Watch = <T>(tool: string, call: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Whether a call that ended so is counted among the errors. */
export function isFailure(outcome: string): boolean {
  return outcome !== "ok" && outcome !== "cancelled";
}

/** What OpenTelemetry calls the side that answers a request. */
const SERVER_KIND = 1;
const STATUS_ERROR = 2;

/** Watches calls: each is recorded, and is a span of its own where the runtime exports traces. */
export function watchCalls(record: Recorder = () => {}): Watch {
  const tracer = openTracer();
  if (tracer === undefined) return (tool, call, signal) => timed(tool, call, signal, record);
  return (tool, call, signal) =>
    tracer.startActiveSpan(
      "tools/call",
      { kind: SERVER_KIND, attributes: { "mcp.method.name": "tools/call" } },
      (span) =>
        timed(tool, call, signal, (tool, outcome, seconds) => {
          end(span, tool, outcome);
          record(tool, outcome, seconds);
        }),
    );
}

async function timed<T>(
  tool: string,
  call: () => Promise<T>,
  signal: AbortSignal,
  record: Recorder,
): Promise<T> {
  const began = performance.now();
  const ended = (outcome: Outcome) => record(tool, outcome, (performance.now() - began) / 1000);
  try {
    const answer = await call();
    ended("ok");
    return answer;
  } catch (error) {
    ended(outcomeOf(error, signal));
    throw error;
  }
}

/** A name that no tool has is a client's text, and stays out. */
function end(span: Span, tool: string, outcome: Outcome): void {
  if (outcome !== "unknown_tool") {
    span.updateName(`tools/call ${tool}`);
    span.setAttribute("gen_ai.tool.name", tool);
  }
  span.setAttribute("selfos.outcome", outcome);
  if (isFailure(outcome)) span.setAttribute("error.type", outcome);
  if (outcome === "error" || outcome === "unavailable") span.setStatus({ code: STATUS_ERROR });
  span.end();
}
