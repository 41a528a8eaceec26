import assert from "node:assert/strict";
import { onOneProgram } from "./programs.ts";
import { command, inTime, newPlace, startServer } from "./server.ts";

/** More than a pipe holds, of requests that write and requests with long answers. */
const ROUNDS = 30;

const ends = [
  { when: "on SIGTERM", end: (child: Deno.ChildProcess) => child.kill("SIGTERM") },
  { when: "once stdin closes", end: (_: unknown, input: Input) => input.close() },
];
type Input = WritableStreamDefaultWriter<Uint8Array>;

for (const { when, end } of ends) {
  onOneProgram(
    `a client that does not read holds up no other, and its server ends ${when}`,
    async (program) => {
      using place = newPlace();
      await using other = await startServer(program, place);
      const tasks = Array.from({ length: 50 }, (_, at) => ({ title: `${at} ${"x".repeat(200)}` }));
      await other.call("create_tasks", { tasks });
      const deaf = command(program, place).spawn();
      const input = deaf.stdin.getWriter();
      await input.write(new TextEncoder().encode(requests()));
      await new Promise((resolve) => setTimeout(resolve, 2000));

      const began = performance.now();
      await other.call("create_task", { title: "In between" });
      const took = performance.now() - began;
      await end(deaf, input);
      const { code } = await inTime(deaf.status, "the server to end", deaf);

      assert.ok(took < 5000, `another server waited for ${took} ms`);
      assert.equal(code, 0);
      await deaf.stdout.cancel();
      await deaf.stderr.cancel();
      await input.close().catch(() => {});
    },
  );
}

function requests(): string {
  const clientInfo = { name: "deaf", version: "1" };
  const initialize = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
  const call = (name: string, args: object) => ({
    method: "tools/call",
    params: { name, arguments: args },
  });
  const calls = Array.from({ length: ROUNDS }, (_, round) => [
    call("create_task", { title: `Unheard ${round}` }),
    call("list_tasks", { limit: 50 }),
    call("add_memory", { content: `Unheard ${round} of gardens` }),
  ]).flat();
  const messages = [
    { id: 0, method: "initialize", params: initialize },
    { method: "notifications/initialized" },
    ...calls.map((request, index) => ({ id: index + 1, ...request })),
  ];
  return messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join("");
}
