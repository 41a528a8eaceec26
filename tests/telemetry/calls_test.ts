import assert from "node:assert/strict";
import { AppError, UnknownTool } from "../../src/errors.ts";
import { watchCalls } from "../../src/telemetry/calls.ts";

const here = new AbortController().signal;
const gone = AbortSignal.abort();

const endings = [
  { outcome: "ok", end: () => "milk" },
  { outcome: "conflict", end: () => Promise.reject(new AppError("conflict", "It is")) },
  { outcome: "unknown_tool", end: () => Promise.reject(new UnknownTool("Unknown")) },
  { outcome: "error", end: () => Promise.reject(new TypeError("Ada's secret")) },
  { outcome: "cancelled", end: () => Promise.reject(gone.reason), signal: gone },
  { outcome: "ok", end: () => "milk", signal: gone },
  {
    outcome: "conflict",
    end: () => Promise.reject(new AppError("conflict", "It is")),
    signal: gone,
  },
];
for (const { outcome, end, signal = here } of endings) {
  const whose = signal === gone ? "a cancelled call" : "a call";
  Deno.test(`${whose} that ends in ${outcome} is recorded so, and ends as it would have`, async () => {
    const recorded: [string, string, number][] = [];
    const watch = watchCalls((...call) => recorded.push(call));
    const call = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return await end();
    };

    const [plain, watched] = await Promise.allSettled([call(), watch("buy", call, signal)]);

    assert.deepEqual(watched, plain);
    const [[tool, how, seconds] = ["", "", 0], ...others] = recorded;
    assert.deepEqual([tool, how, others], ["buy", outcome, []]);
    assert.ok(seconds >= 0.004 && seconds < 5, `${seconds}`);
  });
}
