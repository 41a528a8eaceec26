import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { onEveryProgram, type Program } from "../process/programs.ts";
import { newPlace, surroundings } from "../process/server.ts";
import type { Report } from "./walk.ts";

const clients = [
  { name: "the first SDK", script: "v1.ts", args: [], protocol: "initialize" },
  { name: "the second SDK as of 2025", script: "v2.ts", args: ["legacy"], protocol: "2025-11-25" },
  { name: "the second SDK choosing", script: "v2.ts", args: ["auto"], protocol: "2026-07-28" },
  {
    name: "the second SDK as of 2026",
    script: "v2.ts",
    args: ["2026-07-28"],
    protocol: "2026-07-28",
  },
];

for (const { name, script, args, protocol } of clients) {
  onEveryProgram(`a client made with ${name} lists and calls every tool`, async (program) => {
    using place = newPlace();

    const { report, code, stderr } = await runClient(script, args, program, place.dataDir);

    assert.equal(code, 0, stderr);
    assert.equal(report.protocol, protocol);
    assert.deepEqual(report.called, report.tools);
    assert.equal(report.tools.length, 33);
    const { paused_goals, pending_tasks, completed_tasks, memory_items } = report.statistics;
    assert.deepEqual([paused_goals, pending_tasks, completed_tasks, memory_items], [1, 2, 1, 1]);
  });
}

async function runClient(script: string, args: string[], program: Program, dataDir: string) {
  const client = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      fileURLToPath(new URL(script, import.meta.url)),
      ...args,
      program.command,
      ...program.args,
      "serve",
    ],
    clearEnv: true,
    env: { ...surroundings(), SELFOS_DATA_DIR: dataDir, NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await client.output();
  const text = new TextDecoder();
  const report: Report = code === 0 ? JSON.parse(text.decode(stdout)) : {};
  return { report, code, stderr: text.decode(stderr) };
}
