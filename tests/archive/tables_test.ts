import assert from "node:assert/strict";
import { sql } from "kysely";
import { ARCHIVED, LEFT_OUT, REPLACED } from "../../src/archive/format/tables.ts";
import { onEveryStore, startApp } from "../harness.ts";

/** Each store gives them anew: they only tell processes what is new to them. */
const COLUMNS_LEFT_OUT = [
  ...["calendar_events.id", "memory_words.id", "vectors.id"],
  // Plans go into none.
  "proposals.plan",
];

onEveryStore(
  "of every table and column it is said whether it goes into archives",
  async (store) => {
    await using app = await startApp({ store });
    const { read } = app.app.db;

    const columns = store === "sqlite"
      ? await sql<{ place: string }>`
        select t.name || '.' || c.name as place from sqlite_schema t, pragma_table_info(t.name) c
        where t.type = 'table' and t.name not like 'sqlite%' and t.name not like '%_terms%'
          and t.name not like 'kysely%'`.execute(read)
      : await sql<{ place: string }>`
        select table_name || '.' || column_name as place from information_schema.columns
        where table_schema = 'public' and table_name not like 'kysely%'
          and table_name <> 'vectors_ranked'`.execute(read);

    const known = ARCHIVED.flatMap(({ name, columns }) => columns.map((one) => `${name}.${one}`));
    const left = columns.rows.map(({ place }) => place)
      .filter((place) => !Object.hasOwn(LEFT_OUT, place.split(".")[0] ?? ""));
    assert.deepEqual(left.sort(), [...known, ...COLUMNS_LEFT_OUT].sort());
  },
);

Deno.test("what is replaced with a life is all that is archived of it", () => {
  const archived = ARCHIVED.map(({ name }) => name).filter((name) => name !== "users");

  assert.deepEqual(
    REPLACED.map(({ name }) => name).sort(),
    [...archived, "plans", "replays"].sort(),
  );
});

onEveryStore(
  "every reference of the schema is known, so that it can be renumbered",
  async (store) => {
    await using app = await startApp({ store });
    const { read } = app.app.db;

    const { rows } = store === "sqlite"
      ? await sql<{ place: string; target: string }>`
        select t.name || '.' || f."from" as place, f."table" as target
        from sqlite_schema t, pragma_foreign_key_list(t.name) f where t.type = 'table'`
        .execute(read)
      : await sql<{ place: string; target: string }>`
        select conrelid::regclass || '.' || attname as place, confrelid::regclass::text as target
        from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
        where contype = 'f' and connamespace = 'public'::regnamespace
          and conrelid::regclass::text <> 'vectors_ranked'`.execute(read);

    const archived = rows.filter(({ place, target }) =>
      !Object.hasOwn(LEFT_OUT, place.split(".")[0] ?? "") && target !== "users"
    );
    const known = ARCHIVED.flatMap(({ name, references = {} }) =>
      Object.entries(references).map(([column, target]) => `${name}.${column} → ${target}`)
    );
    assert.deepEqual(
      archived.map(({ place, target }) => `${place} → ${target}`).sort(),
      known.sort(),
    );
  },
);
