import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type Json, newPlace, surroundings } from "./server.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs the example to its end; answers what it printed, and what it left behind. */
async function run(variables: Record<string, string> = {}) {
  using place = newPlace();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "agent"],
    cwd: ROOT,
    clearEnv: true,
    env: { ...surroundings(), NO_COLOR: "1", TMPDIR: place.path, ...variables },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const log = decoder.decode(stderr);
  const left = (await Array.fromAsync(Deno.readDir(place.path))).map(({ name }) => name)
    .filter((name) => name.startsWith("selfos-agent"));
  return { code, text: decoder.decode(stdout), log, left };
}

Deno.test("deno task agent plans a day with a script for a model, and takes it back", async () => {
  const { code, text, log, left } = await run({
    SELFOS_DATABASE_URL: "postgres://nobody@127.0.0.1:1/no",
  });

  assert.equal(code, 0, log);
  assert.match(text, /selfos:\/\/users\/me\/profile: \d+ characters/);
  assert.match(text, /selfos:\/\/users\/me\/daily\/\d{4}-\d\d-\d\d: \d+ characters/);
  assert.match(text, /list_tasks: 5 pending tasks/);
  assert.match(text, /The model: a script in the place of a model, which always decides the same/);
  assert.match(text, /plan_day \{"date":"tomorrow"\}: 4 blocks\n {4}09:00-09:45 Answer the review/);
  assert.match(text, /apply_plan \{"plan_token":"plan_[\w-]+"\}: 3 tasks, change (\d+)/);
  assert.match(text, /update_task \{"task_id":\d+,"priority":"high"\}: done, change (\d+)/);
  assert.match(text, /4 blocks, 315 minutes of 480/);
  assert.equal(text.match(/change \d+ is undone by change \d+/g)?.length, 2);
  assert.deepEqual(left, []);
});

/** Endpoint that calls tools as it is told, and keeps what it is asked. */
function endpoint(answers: readonly Json[]) {
  const asked: { headers: Headers; body: Json }[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      asked.push({ headers: request.headers, body: await request.json() });
      const answer = answers[asked.length - 1];
      if (answer === undefined) return new Response("tired", { status: 500 });
      return Response.json({
        choices: [{ message: { role: "assistant", content: null, ...answer } }],
      });
    },
  );
  const { port } = server.addr;
  const variables = {
    SELFOS_AI_URL: `http://127.0.0.1:${port}/v1`,
    SELFOS_AI_MODEL: "planner-1",
    SELFOS_AI_API_KEY: "secret-of-the-model",
  };
  return { asked, variables, [Symbol.asyncDispose]: () => server.shutdown() };
}

function calls(...given: readonly (readonly [name: string, args: string])[]): Json {
  return {
    tool_calls: given.map(([name, args], index) => ({
      id: `call ${index}`,
      type: "function",
      function: { name, arguments: args },
    })),
  };
}

Deno.test("deno task agent lets the model of an endpoint call what it offers, and nothing else", async () => {
  await using model = endpoint([
    calls(["plan_day", '{"date":"tomorrow"}'], ["delete_task", '{"task_id":1}']),
    calls(["apply_plan", '{"plan_token":"plan_of_my_own"}'], ["update_task", '{"task_id":1,']),
    calls(["update_task", '{"task_id":1,"priority":"high"}']),
    { content: "That is the day." },
  ]);

  const { code, text, log } = await run(model.variables);

  assert.equal(code, 0, log);
  assert.match(text, /The model: planner-1 at 127\.0\.0\.1:\d+/);
  assert.match(text, /delete_task \{"task_id":1\}: refused, there is no tool delete_task/);
  assert.match(text, /apply_plan .*: refused, not_found: /);
  assert.match(text, /update_task \{"task_id":1,: refused/);
  assert.match(text, /It says: That is the day\./);
  assert.equal(text.match(/change \d+ is undone by change \d+/g)?.length, 1);
  assert.doesNotMatch(text + log, /secret-of-the-model/);
  const [first, second] = model.asked;
  assert.equal(first?.headers.get("authorization"), "Bearer secret-of-the-model");
  assert.equal(first?.body.model, "planner-1");
  assert.deepEqual(
    first?.body.tools.map((tool: Json) => tool.function.name).sort(),
    ["apply_plan", "list_tasks", "plan_day", "update_task"],
  );
  assert.deepEqual(
    second?.body.messages.slice(2).map(({ role, tool_call_id }: Json) => [role, tool_call_id]),
    [["assistant", undefined], ["tool", "call 0"], ["tool", "call 1"]],
  );
});

Deno.test("deno task agent says so where the endpoint fails, and leaves nothing behind", async () => {
  await using model = endpoint([]);

  const { code, text, log, left } = await run(model.variables);

  assert.equal(code, 1);
  assert.match(log, /the endpoint answers 500: tired/);
  assert.doesNotMatch(text, /apply_plan/);
  assert.deepEqual(left, []);
});
