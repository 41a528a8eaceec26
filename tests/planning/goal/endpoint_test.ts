import assert from "node:assert/strict";
import { PlanningModel } from "../../../src/planning/model.ts";
import { recordingLog } from "../../events/recording_log.ts";
import { startApp } from "../../harness.ts";
import { planOf, startAsking } from "./asking.ts";
import { completion, startModel } from "./model_server.ts";

const GOOD = planOf({ title: "Buy shoes" }, { title: "Run 5 km", depends_on: [1] });
const SPREAD = "the due dates are spread over the next 28 days";
const { signal } = new AbortController();

function modelAt(url: string, { log, records } = recordingLog()) {
  const endpoint = { url: `${url}/chat/completions`, model: "fake", apiKey: undefined };
  const model = new PlanningModel(endpoint, log);
  return {
    records,
    drafts: (question: string, signal: AbortSignal, patience = 10_000) =>
      model.drafts(question, patience, signal),
  };
}

Deno.test("a configured endpoint takes goals apart for clients without a model", async () => {
  await using server = startModel(GOOD);
  await using app = await startApp({
    flags: { "ai-url": server.url, "ai-model": "fake", "ai-api-key": "sk-secret" },
  });
  const { call } = app.as("ada");
  const { goal } = await call("create_goal", { title: "Run", target_date: "2026-12-22" });

  const plan = await call("decompose_goal", { goal_id: goal.id, context: "I have bad knees" });

  assert.deepEqual([plan.source, plan.suggested_tasks.length], ["endpoint", 2]);
  const [{ headers, body } = assert.fail()] = server.requests;
  assert.equal(headers.get("authorization"), "Bearer sk-secret");
  assert.equal(body.model, "fake");
  assert.equal(body.response_format.type, "json_schema");
  assert.match(body.messages[0].content, /bad knees/);
});

Deno.test("the client's own model is asked before the endpoint, which is there when it fails", async () => {
  await using server = startModel(GOOD);
  await using app = await startApp({ flags: { "ai-url": server.url, "ai-model": "fake" } });
  await using willing = await startAsking(app, { era: "2025-11-25", model: [GOOD] });
  await using unable = await startAsking(app, { era: "2026-07-28", model: ["no", "no"] });

  const own = await willing.call("decompose_goal", { goal_description: "Run" });
  assert.equal(server.requests.length, 0);
  const other = await unable.call("decompose_goal", { goal_description: "Run" });

  assert.deepEqual([own.source, other.source], ["client_model", "endpoint"]);
  assert.match(other.notes.join("\n"), /the client's model gave no plan: the answer is no JSON/);
});

Deno.test("an endpoint that fails leads to the worksheet, and the answer says why", async () => {
  await using server = startModel(() => new Response("no", { status: 401 }));
  await using app = await startApp({ flags: { "ai-url": server.url, "ai-model": "fake" } });

  const plan = await app.as("ada").call("decompose_goal", { goal_description: "Run" });

  assert.equal(plan.source, "worksheet");
  assert.deepEqual(plan.notes[0], "the goal has no target date: " + SPREAD);
  assert.deepEqual(plan.notes[1], "the configured model gave no plan: it refuses the key (401)");
  assert.equal(plan.suggested_tasks.length > 4, true);
});

Deno.test("a model that answers no plan is told why, and asked once more", async () => {
  await using server = startModel("```json\n{}\n```", `\`\`\`json\n${GOOD}\n\`\`\``);

  const read = await modelAt(server.url).drafts("A question", signal);

  assert.ok("drafts" in read);
  assert.deepEqual(read.drafts.map(({ title }) => title), ["Buy shoes", "Run 5 km"]);
  const { messages } = server.requests[1]?.body;
  assert.deepEqual(messages.map(({ role }: { role: string }) => role), [
    ...["user", "assistant", "user"],
  ]);
  assert.match(messages[2].content, /That is no plan: tasks: /);
});

Deno.test("a server that knows no schemas is asked without one", async () => {
  await using server = startModel(() => new Response("what?", { status: 400 }), GOOD);

  const read = await modelAt(server.url).drafts("A question", signal);

  assert.ok("drafts" in read);
  assert.deepEqual(server.requests.map(({ body }) => "response_format" in body), [true, false]);
});

const failures: {
  what: string;
  answer: string | (() => Response);
  says: RegExp;
  asked?: number;
  patience?: number;
}[] = [
  { what: "answers 500", answer: status(500), says: /answers 500/, asked: 2 },
  { what: "answers 429", answer: status(429), says: /answers 429/, asked: 2 },
  { what: "wants to be left alone", answer: status(429, "3600"), says: /answers 429/, asked: 1 },
  {
    what: "answers 403",
    answer: status(403),
    says: /^it refuses the key \(403\)$/,
    asked: 1,
  },
  { what: "answers 404", answer: status(404), says: /^it answers 404$/, asked: 1 },
  { what: "sends elsewhere", answer: status(307), says: /sends elsewhere \(307\)/, asked: 1 },
  { what: "answers HTML", answer: () => new Response("<html>"), says: /answers no JSON/, asked: 1 },
  {
    what: "answers no completion",
    answer: () => Response.json({}),
    says: /no completion/,
    asked: 1,
  },
  { what: "says nothing", answer: () => completion(null), says: /the answer is no JSON/, asked: 2 },
  { what: "says invalid JSON", answer: '{"tasks": [', says: /the answer is no JSON/, asked: 2 },
  { what: "floods", answer: flood, says: /answers more than \d+ bytes/, asked: 1 },
  {
    what: "is slow",
    answer: () => new Response(new ReadableStream()),
    says: /no answer within 1 s/,
    patience: 1000,
  },
];
for (const { what, answer, says, asked, patience } of failures) {
  Deno.test(`an endpoint that ${what} gives no plan, and says why`, async () => {
    await using server = startModel(answer);

    const read = await modelAt(server.url).drafts("A question", signal, patience);

    assert.ok("wrong" in read);
    assert.match(read.wrong, says);
    if (asked !== undefined) assert.equal(server.requests.length, asked);
  });
}

Deno.test("an endpoint that is not there gives no plan", async () => {
  const server = startModel();
  await server[Symbol.asyncDispose]();

  const { drafts, records } = modelAt(server.url);
  const read = await drafts("A question", signal, 1000);

  assert.deepEqual(read, { wrong: "it cannot be reached" });
  assert.match(records.join("\n"), new RegExp(`"host":"${server.host}".*refused`));
});

Deno.test("where the model is, and what to look after, only the log says", async () => {
  await using server = startModel(status(404));
  const { drafts, records } = modelAt(server.url);

  const read = await drafts("A question", signal);

  assert.deepEqual(read, { wrong: "it answers 404" });
  assert.match(records.join("\n"), new RegExp(`"host":"${server.host}".*SELFOS_AI_URL`));
});

Deno.test("a model that is slow the second time is said to have had all of its time", async () => {
  await using server = startModel(status(500), () => new Response(new ReadableStream()));

  const read = await modelAt(server.url).drafts("A question", signal, 1200);

  assert.deepEqual(read, { wrong: "it gives no answer within 2 s" });
});

Deno.test("an endpoint is given up when nobody waits for it", async () => {
  await using server = startModel(() => new Response(new ReadableStream()));
  const stop = new AbortController();

  const drafts = modelAt(server.url).drafts("A question", stop.signal);
  setTimeout(() => stop.abort(new Error("nobody waits")), 100);

  await assert.rejects(drafts, /nobody waits/);
});

function status(code: number, after?: string): () => Response {
  const headers = { ...(after ? { "retry-after": after } : {}), location: "http://127.0.0.1:1/" };
  return () => new Response("x", { status: code, headers });
}

/** 100 MB, as far as they are read. */
function flood(): Response {
  const piece = new Uint8Array(1024 ** 2).fill(32);
  let left = 100;
  return new Response(
    new ReadableStream({
      pull(body) {
        if (left-- > 0) body.enqueue(piece);
        else body.close();
      },
    }),
  );
}
