/** A search of memories over a PostgreSQL that ranks their vectors. */
import assert from "node:assert/strict";
import { sql } from "kysely";
import { openIndex } from "../../../src/app/index_by_meaning.ts";
import { openPostgres } from "../../../src/db/postgres.ts";
import { InProcessEvents } from "../../../src/events/in_process.ts";
import { openLife } from "../../../src/life/life.ts";
import { findModel } from "../../../src/model_files.ts";
import { BuiltInEmbedder } from "../../../src/search/built_in.ts";
import { recordingLog } from "../../events/recording_log.ts";
import { startPglite } from "../../services/pglite.ts";
import { makePeople } from "./stored.ts";

Deno.test("memories are found by meaning where the store ranks them [pgvector]", async () => {
  await using server = await startPglite();
  await using db = openPostgres(server.url, "PGlite");
  await db.migrate();
  await sql`create extension vector`.execute(db.read);
  await db.ranking?.prepare();
  await makePeople(db);
  const { log, records } = recordingLog();
  const files = findModel({ env: Deno.env.toObject(), os: Deno.build.os });
  await using index = openIndex({
    ...{ db, log, events: new InProcessEvents(log), idleMs: 60_000, mostHeld: 0 },
    indexing: "when searched",
    embedder: new BuiltInEmbedder({ files, idle: 60_000 }),
  });
  const now = () => new Date("2026-11-22T12:00:00Z");
  const life = openLife({ db, events: index.events, zone: "UTC", now });
  const search = index.searchIn(life, now);
  const ada = { user_id: "ada", principal: "local", client: "test", tool: "add_memory" };
  const add = async (content: string, actor = ada) =>
    (await life.memories.add(actor, { content })).memory;
  const forgotten = await add("The kitten fell asleep on my lap");
  const kept = await add("Our cat loves to nap in the sun");
  await add("The invoice of the plumber is due in March");
  await add("My puppy dozes all day", { ...ada, user_id: "bob" });
  const find = async () => {
    const query = "a pet that sleeps";
    const { memories } = await search.memories({ user_id: "ada" }, { query, limit: 2 });
    return memories;
  };

  const before = await find();
  await life.memories.forget(ada, forgotten.id);
  const after = await find();

  assert.deepEqual(new Set(before.map(({ id }) => id)), new Set([kept.id, forgotten.id]));
  assert.equal(after[0]?.id, kept.id);
  assert.equal(after[0]?.matched, "meaning");
  assert.ok(after.every(({ id, content }) => id !== forgotten.id && !content.includes("puppy")));
  const { rows } = await sql`
    select distinct user_id, entity from vectors_ranked`.execute(db.read);
  assert.deepEqual(rows, [{ user_id: "ada", entity: "memory" }]);
  assert.deepEqual(records, []);
});
