import { sql } from "kysely";
import type { Database } from "../db/db.ts";
import { type Scope, withheld } from "../life/scope.ts";

/** What is counted where it is withheld. */
export type Counted = "goals" | "tasks" | "memories";

/**
 * What an answer tells of what is withheld: how many of one's own items are in none of the areas that
 * are seen; nothing where all of one's life is seen.
 *
 * It is of the whole life, whatever else was asked: counts of a day or a word would tell what goes on there.
 */
export async function withheldOf(
  { read }: Database,
  scope: Scope,
  tables: readonly Counted[] = ["goals", "tasks", "memories"],
): Promise<{ withheld?: number }> {
  if (scope.areas === undefined) return {};
  const counts = tables.map((table) =>
    sql`(select count(*) from ${sql.table(table)}
      where ${withheld(table, scope)} and deleted_at is null)`
  );
  const { rows: [counted] } = await sql<{ many: number }>`
    select ${sql.join(counts, sql` + `)} as many`.execute(read);
  return { withheld: counted?.many ?? 0 };
}
