import { sql } from "kysely";
import type { Tx } from "../../src/db/db.ts";

const dropIndexes = (...names: string[]) => names.map((name) => `drop index ${name}`);

/** What undoes the later steps of the schema that add something, newest first. */
const BACK: Readonly<Record<string, readonly string[]>> = {
  "0020_births": ["drop table births"],
  "0019_audit_head": ["drop table audit_head"],
  "0018_provenance": ["drop table origins", "delete from secrets where name = 'store_name'"],
  "0017_backups": ["drop table backups", "drop table restores"],
  "0016_audit_chain": [
    ...dropIndexes("tasks_by_successor"),
    ...["previous", "hash"].map((column) => `alter table audit drop column ${column}`),
  ],
  "0015_calendar_events": ["drop table calendar_events"],
  "0014_plans": ["drop table plans"],
  "0013_proposals": [
    "drop table proposals",
    "alter table changes drop column approved_by",
    ...["taint", "tainted_until"].map((name) => `alter table api_keys drop column ${name}`),
  ],
  "0012_moves": [...dropIndexes("changes_by_move"), "alter table changes drop column moves_due"],
  "0009_visits": ["drop table visits"],
  "0008_context": dropIndexes(
    ...["tasks_by_completion", "goals_by_completion", "changes_by_time", "changes_by_undoing"],
    ...["memories_by_time", "memories_by_successor"],
  ),
};

/** Makes the schema as it was before a step, so that this one and all after it are taken again. */
export async function takeBack(tx: Tx, step: string): Promise<void> {
  const statements = Object.entries(BACK).filter(([name]) => name >= step)
    .flatMap(([, statements]) => statements);
  for (const statement of statements) await sql.raw(statement).execute(tx);
  await sql`delete from kysely_migration where name >= ${step}`.execute(tx);
}
