import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { ownerOf } from "../../src/app.ts";
import { fateOf } from "../../src/db/people.ts";
import type { Database } from "../../src/db/db.ts";
import { onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { liveTogether, MARK, WORD } from "./whole_lives.ts";

/** Not of the schema, but of how it is kept. */
const TECHNICAL = /^(kysely_|sqlite_|memories_terms)/;
/** They name people by their ids alone. */
const KEPT = ["audit", "backups"];
/** Rows of theirs end with those they refer to. */
const CASCADING = ["vectors_ranked"];

interface Column {
  readonly table: string;
  readonly column: string;
}

/** Every column of every table that is really there. */
async function columnsIn({ read }: Database, store: StoreKind): Promise<Column[]> {
  const query = store === "sqlite"
    ? sql<Column>`select s.name as "table", c.name as "column" from sqlite_schema s
        join pragma_table_info(s.name) c where s.type = 'table'`
    : sql<Column>`select table_name as "table", column_name as "column"
        from information_schema.columns where table_schema = 'public'`;
  const { rows } = await query.execute(read);
  return rows.filter(({ table }) => !TECHNICAL.test(table) && !CASCADING.includes(table));
}

/** Every row in which a word stands. */
async function rowsWith(db: Database, store: StoreKind, word: string): Promise<string[]> {
  const found: string[] = [];
  for (const { table, column } of await columnsIn(db, store)) {
    const { rows } = await sql<{ row: string }>`
      select cast(${sql.ref(column)} as text) as row from ${sql.table(table)}
      where lower(cast(${sql.ref(column)} as text)) like ${`%${word}%`}`.execute(db.read);
    found.push(...rows.map(({ row }) => `${table}.${column}: ${row}`));
  }
  return found;
}

/** All rows of a person, in words. */
async function lifeOf({ read }: Database, store: StoreKind, person: string): Promise<string> {
  const columns = await columnsIn({ read } as Database, store);
  const tables = columns.filter(({ column, table }) =>
    column === "user_id" && !KEPT.includes(table)
  )
    .map(({ table }) => [table, sql`user_id = ${person}`] as const);
  const all = [
    ...tables,
    ["users", sql`id = ${person}`] as const,
    ["change_items", sql`change_id in (select id from changes where user_id = ${person})`] as const,
    [
      "task_dependencies",
      sql`task_id in (select id from tasks where user_id = ${person})`,
    ] as const,
  ];
  const lines: string[] = [];
  for (const [table, where] of all) {
    const { rows } = await sql`select * from ${sql.table(table)} where ${where}`.execute(read);
    lines.push(...rows.map((row) => `${table} ${JSON.stringify(row)}`).sort());
  }
  return lines.join("\n");
}

/** Without what Ada shares with them, and what they would change of her life. */
function withoutAda(life: string): string {
  return life.split("\n")
    .filter((line) => !line.startsWith("area_shares") && !line.includes('"owner":"ada"'))
    .join("\n");
}

onEveryStore(
  "every table is known to the erasure, and each with people in it is erased",
  async (store) => {
    await using test = await startApp({ store });
    const columns = await columnsIn(test.app.db, store);

    assert.ok(columns.length > 100);
    for (const { table, column } of columns) {
      const fate = fateOf(table);
      const advice = `say in src/db/people.ts what of ${table} is a person's`;
      assert.ok(fate !== undefined, advice);
      if (column === "user_id" && !KEPT.includes(table)) assert.equal(fate, "erased", advice);
    }
  },
);

onEveryStore("who is erased is nowhere any more, and nobody else has changed", async (store) => {
  await using test = await startApp({ store, serves: false });
  const { db, life } = test.app;
  await liveTogether(test);
  const before = await rowsWith(db, store, WORD);
  const bob = await lifeOf(db, store, "bob");
  const { removed } = await life.users.purge("ada");
  const after = await lifeOf(db, store, "bob");

  assert.ok(before.length > 60, `${before.length}`);
  assert.deepEqual(await rowsWith(db, store, WORD), []);
  assert.equal(await lifeOf(db, store, "ada"), "");
  // What Ada had shared with Bob has ended.
  assert.equal(withoutAda(after), withoutAda(bob));
  assert.ok(bob.length > 5000 && bob.includes("bobsword"));
  for (const [table, count] of Object.entries(removed)) assert.ok(count > 0, `${table}: ${count}`);
  const { goals } = await test.as("bob").call("list_goals");
  assert.deepEqual(goals.map(({ title }: { title: string }) => title).sort(), [
    "Goal bobsword",
    "Ours bobsword",
    "Sub bobsword",
    "file",
  ]);
});

onEveryStore(
  "who is in the trash can be erased, and whose id it was may be anybody's again",
  async (store) => {
    await using test = await startApp({ store });
    const { life } = test.app;
    const ada = ownerOf("ada", "test");
    await test.as("ada").call("create_goal", { title: WORD });
    await life.users.delete(ada);
    await life.users.purge("ada");
    await assert.rejects(() => life.users.purge("ada"), /Cannot find the person "ada"/);
    await life.users.create(ada, {});

    const { goals } = await test.as("ada").call("list_goals");
    const { changes } = await test.as("ada").call("list_changes");
    assert.deepEqual([goals, changes.length], [[], 1]);
  },
);

Deno.test("no byte of who is erased is left in the files of the embedded store", async () => {
  await using test = await startApp({ serves: false });
  const { app } = test;
  await liveTogether(test);
  await app.db.write("bob", async (tx) => {
    await tx.deleteFrom("vectors").where("user_id", "=", "bob").execute();
  });
  const before = [await countIn(test, WORD), await countIn(test, MARK)];
  const { traces } = await app.life.users.purge("ada");

  assert.ok(before[0]! > 50 && before[1]! > 0, `${before}`);
  assert.deepEqual([await countIn(test, WORD), await countIn(test, MARK), traces], [0, 0, null]);
  assert.ok(await countIn(test, "bobsword") > 50);
});

Deno.test("nor is any in pages that were given back long ago", async () => {
  await using test = await startApp({ serves: false });
  const { config, app } = test;
  beside(config, (store) => {
    store.exec("create table old (text)");
    const insert = store.prepare("insert into old values (?)");
    for (let count = 0; count < 200; count++) insert.run(WORD.repeat(1000));
    store.exec("drop table old");
  });
  const before = await countIn(test, WORD);
  await app.life.users.purge("ada");

  assert.ok(before > 100_000, `${before}`);
  assert.equal(await countIn(test, WORD), 0);
});

Deno.test("a file that was written anew has the same schema, and ids go on where they were", async () => {
  await using test = await startApp({ serves: false });
  const { db, life } = test.app;
  await liveTogether(test);
  const schema = async () => {
    const { rows } = await sql<{ sql: string }>`
      select sql from sqlite_schema where sql is not null`.execute(db.read);
    const { rows: seq } = await sql`select * from sqlite_sequence order by name`.execute(db.read);
    const statements = rows.map(({ sql }) =>
      sql.replace(/^create (table|index) "(\w+)"/i, "create $1 $2")
    );
    return [statements.map((text) => text.toLowerCase()).sort(), JSON.stringify(seq)];
  };
  const before = await schema();
  await life.users.purge("ada");
  const once = await schema();
  await life.users.purge("local");
  const twice = await schema();
  const { rows } = await sql`pragma integrity_check`.execute(db.read);
  const { memory } = await test.as("bob").call("add_memory", { content: "A quite new pelican" });
  const { memories } = await test.as("bob").call("search_memory", { query: "pelican" });

  assert.deepEqual([once, twice], [before, before]);
  assert.equal(JSON.stringify(rows), `[{"integrity_check":"ok"}]`);
  assert.ok(Number(/memories","seq":(\d+)/.exec(`${before[1]}`)?.[1]) < memory.id);
  assert.equal(memories[0].id, memory.id);
});

Deno.test("a file that cannot be written anew is left as it is, and that is said", async () => {
  await using test = await startApp({ serves: false });
  const { config, app } = test;
  await liveTogether(test);
  beside(config, (store) => store.exec("create table tasks_anew (id)"));
  const bob = await lifeOf(app.db, "sqlite", "bob");
  const { traces } = await app.life.users.purge("ada");

  assert.match(`${traces}`, /cannot be written anew: .*tasks_anew.* already exists/);
  assert.deepEqual(await rowsWith(app.db, "sqlite", WORD), []);
  assert.equal(withoutAda(await lifeOf(app.db, "sqlite", "bob")), withoutAda(bob));
  await test.as("bob").call("add_memory", { content: "Life goes on" });
});

Deno.test("a process that goes on reading what was there before is told of", async () => {
  await using test = await startApp({ serves: false });
  const { config, app } = test;
  await using stack = new AsyncDisposableStack();
  const reader = new DatabaseSync(`${config.dataDir}/selfos.db`);
  stack.defer(() => reader.close());
  reader.exec("begin");
  reader.prepare("select count(*) from users").get();
  const { traces } = await app.life.users.purge("ada");

  assert.match(`${traces}`, /^another process has been reading its write-ahead log for 10 s/);
});

/** Works on the file of a store as another process would. */
function beside({ dataDir }: TestApp["config"], work: (store: DatabaseSync) => void): void {
  const store = new DatabaseSync(`${dataDir}/selfos.db`);
  try {
    work(store);
  } finally {
    store.close();
  }
}

/** How often a text, whatever its case, or some bytes stand in the files of the store. */
async function countIn({ config }: TestApp, needle: Uint8Array | string): Promise<number> {
  let count = 0;
  for (const name of ["selfos.db", "selfos.db-wal"]) {
    const bytes = await Deno.readFile(`${config.dataDir}/${name}`);
    const text = new TextDecoder("latin1").decode(bytes);
    count += typeof needle === "string"
      ? text.toLowerCase().split(needle).length - 1
      : text.split(new TextDecoder("latin1").decode(needle)).length - 1;
  }
  return count;
}
