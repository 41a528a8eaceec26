import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { planOf } from "../planning/goal/asking.ts";
import { startModel } from "../planning/goal/model_server.ts";
import { startNetwork } from "../process/network.ts";
import { onEveryProgram } from "../process/programs.ts";
import { newPlace, surroundings } from "../process/server.ts";
import type { Report } from "./walk.ts";

const FIRST = { name: "the first SDK", script: "v1.ts", args: [], protocol: "initialize" };
const LEGACY = {
  name: "the second SDK as of 2025",
  script: "v2.ts",
  args: ["legacy"],
  protocol: "2025-11-25",
};
const MODERN = {
  name: "the second SDK as of 2026",
  script: "v2.ts",
  args: ["2026-07-28"],
  protocol: "2026-07-28",
};

/** HTTP+SSE ended before the revision of 2026: no client speaks that over it. */
const conversations = [
  { path: "/mcp", clients: [FIRST, LEGACY, MODERN] },
  { path: "/mcp/sse", clients: [FIRST, LEGACY] },
  { path: "/mcp/ws", clients: [FIRST, LEGACY, MODERN] },
];

for (const { path, clients } of conversations) {
  for (const { name, script, args, protocol } of clients) {
    onEveryProgram(`a client made with ${name} calls every tool over ${path}`, async (program) => {
      using place = newPlace();
      await using model = startModel(planOf({ title: "Find a boat" }), "No more");
      const env = { SELFOS_AI_URL: model.url, SELFOS_AI_MODEL: "fake" };
      await using network = await startNetwork(program, place.dataDir, [], { env });
      const url = new URL(path, network.url);
      if (path === "/mcp/ws") url.protocol = "ws:";

      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--allow-all", fileURLToPath(new URL(script, import.meta.url))],
          ...args,
          url.href,
        ],
        clearEnv: true,
        env: {
          ...{ ...surroundings(), TEST_API_KEY: network.key, NO_COLOR: "1" },
          TEST_PLANS: "endpoint",
        },
      }).output();

      assert.equal(code, 0, new TextDecoder().decode(stderr));
      const report: Report = JSON.parse(new TextDecoder().decode(stdout));
      assert.equal(report.protocol, protocol);
      assert.deepEqual(report.called, report.tools);
      assert.equal((await network.end("SIGTERM")).code, 0);
    });
  }
}
