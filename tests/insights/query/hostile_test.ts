import assert from "node:assert/strict";
import { onEveryStore, startApp, type TestApp } from "../../harness.ts";
import { Queries } from "../../../src/insights/query/query.ts";
import { dumpOf } from "../../tools/answers.ts";
import { ACTING, ENDLESS, type Hostile, LARGE, MALFORMED, REACHING } from "./hostile.ts";

const SECRET = /secret|bob/i;
const REFUSAL = /^invalid_input: (Cannot run the statement: .+\nTry: .|Cannot query_data as )/s;

/** Ada's life, and Bob's, of which every text says that it is a secret. */
async function lives(app: TestApp) {
  for (const [user, word] of [["ada", "Open"], ["bob", "Secret"]] as const) {
    const { call } = app.as(user);
    const { life_area } = await call("save_life_area", { name: `${word} area` });
    const { goal } = await call("create_goal", { title: word, life_area_id: life_area.id });
    for (const day of ["2026-12-01", "2026-12-02", "2026-12-03"]) {
      const title = `${word} task of ${day}`;
      await call("create_task", { title, due_date: day, goal_id: goal.id, tags: [word] });
      await call("add_memory", { content: `${word} memory of ${day}`, goal_id: goal.id });
    }
  }
}

/** What is not as it should be about the answers to hostile statements. */
async function wrongs(app: TestApp, statements: readonly Hostile[]): Promise<string[]> {
  const client = await app.as("ada").open();
  const wrong: string[] = [];
  for (const { sql, says } of statements) {
    const result = await client.callTool({ name: "query_data", arguments: { sql } });
    const text = JSON.stringify(result);
    const [content] = result.content;
    const said = content?.type === "text" ? content.text : "";
    const about = `${sql.slice(0, 90)} → ${said.slice(0, 200)}`;
    if (SECRET.test(text.replaceAll("'bob'", ""))) wrong.push(`tells a secret: ${about}`);
    const fits = says ? result.isError && REFUSAL.test(said) && says.test(said) : !result.isError;
    if (!fits) wrong.push(about);
  }
  return wrong;
}

const QUICK = [...ACTING, ...REACHING, ...MALFORMED, ...LARGE];

onEveryStore(
  `none of ${QUICK.length} hostile statements writes, breaks anything or tells what is another's`,
  async (store) => {
    await using app = await startApp({ store });
    await lives(app);
    const before = await dumpOf(app);

    const wrong = await wrongs(app, QUICK);

    assert.deepEqual(wrong, []);
    assert.deepEqual(await dumpOf(app), before);
    const { rows } = await app.as("ada").call("query_data", {
      sql: "select (select count(*) from tasks), (select count(*) from memories)",
    });
    assert.deepEqual(rows, [[3, 3]]);
  },
);

Deno.test("hostile statements leave the files of the store as they are, byte for byte", async () => {
  await using app = await startApp({ serves: false });
  await lives(app);
  await using queries = new Queries(app.app.db);
  const before = await atRest(app);

  let answered = 0;
  for (const { sql } of QUICK) {
    const query = { sql, limit: 100 };
    const end = await queries.run({ user_id: "ada" }, query, app.clock.now).catch(() => undefined);
    if (end !== undefined) answered++;
  }

  assert.ok(answered > 0);
  assert.deepEqual(await filesOf(app), before);
});

Deno.test("statements that never end are stopped, and take no memory that grows", async () => {
  await using app = await startApp();
  await lives(app);
  await app.as("ada").call("query_data", { sql: "select 1" });
  const before = Deno.memoryUsage().rss;

  const wrong = await wrongs(app, [...ENDLESS, ...LARGE]);

  assert.deepEqual(wrong, []);
  const grown = (Deno.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grown < 250, `${Math.round(grown)} MB more`);
});

/** The files, once the trail of the calls has been written. */
async function atRest(app: TestApp): Promise<Record<string, string>> {
  for (let before = await filesOf(app);;) {
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const after = await filesOf(app);
    if (JSON.stringify(after) === JSON.stringify(before)) return after;
    before = after;
  }
}

/** The store and its log, as hashes. */
async function filesOf({ config }: TestApp): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for await (const { name } of Deno.readDir(config.dataDir)) {
    if (name.endsWith("-shm")) continue;
    const bytes = await Deno.readFile(`${config.dataDir}/${name}`);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    hashes[name] = hash.reduce((hex, byte) => hex + byte.toString(16).padStart(2, "0"), "");
  }
  return hashes;
}
