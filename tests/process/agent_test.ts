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
  assert.match(text, /plan_day \{"date":"tomorrow"\}: 4 blocks\n {4}09:00-11:00 Fix the login bug/);
  assert.match(text, /apply_plan \{"plan_token":"plan_[\w-]+"\}: 1 task, change (\d+)/);
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
      if (typeof answer === "function") return answer();
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

const PLAN = calls(["update_task", '{"task_id":1,"priority":"high"}']);
const failures = [
  {
    when: "is tired",
    answers: [],
    says: /^Error: Cannot ask planner-1 at \S+ as it answers 500$/m,
  },
  {
    when: "answers no completion",
    answers: [{ tool_calls: [{ id: 1 }] }],
    says: /^Error: Cannot ask .* as it answers no completion\nTry: {3}check that SELFOS_AI_URL/m,
  },
  {
    when: "answers without an end",
    answers: [{ content: "x".repeat(3 * 1024 ** 2) }],
    says: /^Error: Cannot ask .* as it answers more than 2097152 bytes\nTry: /m,
  },
  {
    when: "sends elsewhere",
    answers: [() => Response.redirect("http://127.0.0.1:1/", 307)],
    says: /^Error: Cannot ask .* as it sends elsewhere \(307\)\nTry: /m,
  },
];
for (const { when, answers, says } of failures) {
  Deno.test(`deno task agent says so where the endpoint ${when}, and takes back what was done`, async () => {
    await using model = endpoint([PLAN, ...answers]);

    const { code, text, log, left } = await run(model.variables);

    assert.equal(code, 1);
    assert.match(log, says);
    assert.doesNotMatch(log, /Uncaught|\n +at |tired/);
    assert.equal(text.match(/change \d+ is undone by change \d+/g)?.length, 1);
    assert.deepEqual(left, []);
  });
}

Deno.test("deno task agent says so where there is no endpoint", async () => {
  const { variables, ...gone } = endpoint([]);
  await gone[Symbol.asyncDispose]();

  const { code, text, log, left } = await run(variables);

  assert.equal(code, 1);
  assert.match(
    log,
    /^Error: Cannot ask planner-1 at 127\.0\.0\.1:\d+ as .*\nTry: {3}see that it runs/m,
  );
  assert.doesNotMatch(log, /Uncaught|\n +at /);
  assert.match(text, /nothing was changed/);
  assert.deepEqual(left, []);
});
