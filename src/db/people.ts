import { type RawBuilder, sql, type SqlBool } from "kysely";
import type { Tx } from "./db.ts";
import type { Schema } from "./schema.ts";

type Table = keyof Schema;

/** Which rows of a table are a person's. */
type Own = (user_id: string) => RawBuilder<SqlBool>;

const own: Own = (user_id) => sql<SqlBool>`user_id = ${user_id}`;

/** Of a table whose rows may be about the life of another. */
const ownOrIn: Own = (user_id) => sql<SqlBool>`(user_id = ${user_id} or owner = ${user_id})`;

/** Of a table whose rows belong to those of another. */
const withThoseOf = (table: Table, column: string): Own => (user_id) =>
  sql<SqlBool>`${sql.ref(column)} in (
    select id from ${sql.table(table)} where user_id = ${user_id})`;

/**
 * What every table has of a person, before the tables that it refers to; `kept` where it says of a person
 * no more than the id, `none` where it has nothing of people.
 */
const TABLES: { readonly [Name in Table]: Own | "kept" | "none" } = {
  // What another has proposed, or was suggested, for the life of the person has parts of it.
  proposals: ownOrIn,
  plans: ownOrIn,
  calendar_events: own,
  origins: own,
  births: own,
  change_items: withThoseOf("changes", "change_id"),
  changes: own,
  replays: own,
  visits: own,
  vectors: own,
  memory_words: own,
  memories: own,
  task_tags: own,
  task_dependencies: withThoseOf("tasks", "task_id"),
  tasks: own,
  goals: own,
  // What is shared with the person, and what the person shares.
  area_shares: (user_id) =>
    sql<SqlBool>`(${own(user_id)} or ${withThoseOf("life_areas", "area_id")(user_id)})`,
  life_areas: own,
  identities: own,
  api_keys: own,
  users: (user_id) => sql<SqlBool>`id = ${user_id}`,
  restores: own,
  // In an archive are lives, and what is known of it says whose.
  backups: "kept",
  audit: "kept",
  audit_head: "none",
  secrets: "none",
};

/** What becomes of what a table has of people who are erased; `undefined` for one that is not known. */
export function fateOf(table: string): "erased" | "kept" | "none" | undefined {
  const [, of] = Object.entries(TABLES).find(([name]) => name === table) ?? [];
  return typeof of === "function" ? "erased" : of;
}

/** Deletes all that is a person's, and no row of anybody else's; answers how many rows of which table. */
export async function deletePerson(tx: Tx, user_id: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [name, of] of Object.entries(TABLES)) {
    if (typeof of !== "function") continue;
    const { rows: [row] } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(name)} where ${of(user_id)}`.execute(tx);
    counts[name] = row?.count ?? 0;
    await sql`delete from ${sql.table(name)} where ${of(user_id)}`.execute(tx);
  }
  return counts;
}
