import { type CompiledQuery, type Kysely, sql } from "kysely";
import { type ChainedRow, hashOf, START } from "../src/audit/chain.ts";
import type { ColumnTypes } from "../src/db/schema.ts";

/** Rows that are read and written at once. */
const PAGE = 500;

/** Chains the audit trail: each row has the hash of all it says, and of the row before it. */
export async function up(db: Kysely<unknown>, { text, integer, real }: ColumnTypes): Promise<void> {
  // Ids are given by whoever chains: those of the store have gaps, and come before their row does.
  await sql.raw(`create table audit_chained (
    id ${integer} primary key,
    at ${text} not null, user_id ${text}, principal ${text}, person ${text},
    client ${text}, address ${text}, action ${text} not null, target ${text},
    outcome ${text} not null, reason ${text}, duration_ms ${real} not null, request_id ${text},
    previous ${text} not null, hash ${text} not null
  )`).execute(db);
  await chainAll(db);
  const statements = [
    `drop table audit`,
    `alter table audit_chained rename to audit`,
    `create index audit_by_failure on audit (outcome, id) where outcome <> 'ok'`,
    // Who is erased takes their tasks along, and for each the store looks which task it was followed by.
    `create index tasks_by_successor on tasks (next_task_id) where next_task_id is not null`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

async function chainAll(db: Kysely<unknown>): Promise<void> {
  const insert = inserter(db);
  let { id, hash } = START;
  for (;;) {
    const { rows } = await sql<Omit<ChainedRow, "previous" | "hash">>`
      select * from audit where id > ${id} order by id limit ${PAGE}`.execute(db);
    if (rows.length === 0) return;
    const links = rows.map((row) => {
      const next = { ...row, previous: hash };
      hash = hashOf(next);
      return { ...next, hash };
    });
    await insert(links);
    id = links.at(-1)?.id ?? id;
  }
}

const COLUMNS = [
  ...["id", "at", "user_id", "principal", "person", "client", "address"] as const,
  ...["action", "target", "outcome", "reason", "duration_ms", "request_id"] as const,
  ...["previous", "hash"] as const,
] satisfies (keyof ChainedRow)[];

/** Writes rows with one statement, which is made once for all full pages: that takes longer than it runs. */
function inserter(db: Kysely<unknown>) {
  let full: CompiledQuery | undefined;
  return async (links: readonly ChainedRow[]) => {
    const parameters = links.flatMap((link) => COLUMNS.map((name) => link[name]));
    if (links.length < PAGE) return await db.executeQuery(statementOf(links).compile(db));
    full ??= statementOf(links).compile(db);
    return await db.executeQuery({ ...full, parameters });
  };
}

function statementOf(links: readonly ChainedRow[]) {
  const names = sql.join(COLUMNS.map((name) => sql.ref(name)));
  const values = links.map((link) => sql`(${sql.join(COLUMNS.map((name) => link[name]))})`);
  return sql`insert into audit_chained (${names}) values ${sql.join(values)}`;
}
