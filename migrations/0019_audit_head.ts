import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** What the first row of the trail is chained to. */
const START = { id: 0, hash: "0".repeat(64) };

/** Keeps what the newest row of the audit trail is, and which ones retention has removed, apart from it. */
export async function up(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await sql.raw(`create table audit_head (
    one ${integer} primary key check (one = 1), id ${integer} not null, hash ${text} not null,
    removed_id ${integer} not null, removed_hash ${text} not null, removed_count ${integer} not null
  )`).execute(db);
  const { rows: [newest = START] } = await sql<typeof START>`
    select id, hash from audit order by id desc limit 1`.execute(db);
  const { rows: [seal] } = await sql<{ target: string | null }>`
    select target from audit where action = 'audit prune' order by id desc limit 1`.execute(db);
  const [, count = "0", id = `${START.id}`, hash = START.hash] =
    /^(\d+) up to (\d+) ([0-9a-f]{64})$/.exec(seal?.target ?? "") ?? [];
  await sql`insert into audit_head (one, id, hash, removed_id, removed_hash, removed_count)
    values (1, ${newest.id}, ${newest.hash}, ${Number(id)}, ${hash}, ${Number(count)})`.execute(db);
}
