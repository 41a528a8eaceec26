import assert from "node:assert/strict";
import { type Caller, startApp, type TestApp } from "../../harness.ts";

const ENDLESS =
  "with recursive r (x) as (select 1 union all select x + 1 from r) select count(*) from r";

async function timed<T>(work: () => PromiseLike<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

/** Ada with a task, and a copy of that. */
async function started(): Promise<{ app: TestApp; ada: Caller } & AsyncDisposable> {
  const app = await startApp();
  const ada = app.as("ada");
  await ada.call("create_task", { title: "Milk" });
  await ada.call("query_data", { sql: "select 1" });
  return { app, ada, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

Deno.test("a statement that never ends is stopped after 2 s, and the next is answered at once", async () => {
  await using world = await started();
  const { ada } = world;

  const { result, ms } = await timed(() => ada.refused("query_data", { sql: ENDLESS }));
  const next = await timed(() => ada.call("query_data", { sql: "select title from tasks" }));

  assert.match(result, /^invalid_input: .*it was stopped after 2 s\nTry: narrow it with where/);
  assert.ok(ms > 1900 && ms < 4000, `${Math.round(ms)} ms`);
  assert.deepEqual(next.result["rows"], [["Milk"]]);
  assert.ok(next.ms < 1000, `${Math.round(next.ms)} ms`);
});

Deno.test("one of ten at once never ends: the others are answered, a neighbour without waiting for it", async () => {
  await using world = await started();
  const { app, ada } = world;
  await app.as("bob").call("query_data", { sql: "select 1" });

  const endless = timed(() => ada.refused("query_data", { sql: ENDLESS }));
  const others = Array.from(
    { length: 9 },
    () => timed(() => ada.call("query_data", { sql: "select title from tasks" })),
  );
  const neighbour = await timed(() =>
    app.as("bob").call("query_data", { sql: "select title from tasks" })
  );

  assert.deepEqual(neighbour.result["rows"], []);
  assert.ok(neighbour.ms < 1500, `${Math.round(neighbour.ms)} ms`);
  assert.match((await endless).result, /it was stopped after 2 s/);
  for (const { result, ms } of await Promise.all(others)) {
    assert.deepEqual(result["rows"], [["Milk"]]);
    assert.ok(ms < 5000, `${Math.round(ms)} ms`);
  }
});

Deno.test("a statement that counts and groups keeps nobody waiting for the store", async () => {
  await using world = await started();
  const { ada } = world;
  const endless = ada.refused("query_data", { sql: ENDLESS });

  const { ms } = await timed(() => ada.call("list_tasks"));

  assert.ok(ms < 1000, `${Math.round(ms)} ms`);
  await endless;
});

Deno.test("no more than 20 calls of one person wait for their turn", async () => {
  await using world = await started();
  const client = await world.ada.open();
  const call = (sql: string) => client.callTool({ name: "query_data", arguments: { sql } });

  const results = await Promise.all([ENDLESS, ...Array(24).fill("select 1")].map(call));

  const refused = results.flatMap(({ isError, content: [content] }) =>
    isError && content?.type === "text" ? [content.text] : []
  );
  assert.match(refused[0] ?? "", /it was stopped after 2 s/);
  assert.equal(refused.length, 6);
  for (const text of refused.slice(1)) {
    assert.match(text, /^unavailable: .*20 others of yours wait for their turn\nTry: /);
  }
});

Deno.test("a server that stops ends the statements that run", async () => {
  const { app, ada } = await started();
  const client = await ada.open();
  const running = client.callTool({ name: "query_data", arguments: { sql: ENDLESS } })
    .catch((error) => error);
  await new Promise((resolve) => setTimeout(resolve, 200));

  const { ms } = await timed(() => app[Symbol.asyncDispose]());

  assert.ok(ms < 1500, `${Math.round(ms)} ms`);
  await running;
});
