import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../db/db.ts";
import { peopleOf, type Scope, seen } from "../../life/scope.ts";
import { idIn, isKnown, newestOf, NONE, type Revision } from "../../life/standing.ts";
import { PRIORITIES } from "../../life/tasks/task.ts";
import type { Rows } from "./messages.ts";
import { LIFE, type LifeTable, LONGEST_TEXT, packedColumns, type Table } from "./tables.ts";

type Name = LifeTable["name"];

/** Rows that are read at once: the store is not kept from others for longer. */
const PAGE = 1000;

/** With more changes than these, all is read anew. */
const MOST_CHANGES = 1000;

/** The last change that is known of each life that is seen. */
export type Revisions = ReadonlyMap<string, Revision>;

/** What there is to know before anything is read. */
export interface State {
  readonly time_zone: string;
  readonly week_start: number;
  readonly revisions: Revisions;
}

/** Looks at who asks, and at how far the journals of the lives are that are seen. */
export async function stateOf(db: Database, scope: Scope): Promise<State> {
  const owners = peopleOf(scope);
  const rows = await db.read.selectFrom("users")
    .select(["id", "time_zone", "week_start"])
    .select(latest.as("latest"))
    .where("id", "in", owners).execute();
  const own = rows.find(({ id }) => id === scope.user_id);
  const { time_zone = "UTC", week_start = 1 } = own ?? {};
  const revisions = new Map(rows.map(({ id, latest }) => [id, latest ?? NONE]));
  return { time_zone, week_start, revisions };
}

/** Whether both are of the same moment, as far as what is seen goes. */
export function isSame(a: Revisions, b: Revisions): boolean {
  return a.size === b.size && [...a].every(([owner, newest]) => b.get(owner) === newest);
}

/** All that is seen, a page at a time; what is written meanwhile may be missing, see {@linkcode readChanged}. */
export async function* readAll(db: Database, scope: Scope): AsyncGenerator<Rows> {
  for (const table of LIFE) {
    let page = await readPage(db, table, scope, 0);
    while (page.many > 0) {
      yield { table: table.name, packed: page.packed };
      if (page.many < PAGE) break;
      page = await readPage(db, table, scope, page.last);
    }
  }
}

interface Page {
  readonly packed: string;
  readonly many: number;
  readonly last: number;
}

async function readPage(
  db: Database,
  table: LifeTable,
  scope: Scope,
  after: number,
): Promise<Page> {
  const { name } = table;
  const { rows: [page] } = await sql<Page>`
    select ${packedRows(db, table, scope)} as packed, count(*) as many,
      coalesce(max(id), 0) as last
    from (select * from ${sql.table(name)} where ${shown(name, scope)} and id > ${after}
      order by id limit ${PAGE}) as ${sql.table(name)}`.execute(db.read);
  return page ?? { packed: "[]", many: 0, last: after };
}

/** What was changed, as it is now, and as of when. */
export interface Changed {
  readonly rows: readonly Rows[];
  readonly revisions: Revisions;
}

/**
 * What was changed since then, all as of one moment; `undefined` where that is too much to be read at
 * once, or the store does not know that state.
 */
export async function readChanged(
  db: Database,
  scope: Scope,
  since: Revisions,
): Promise<Changed | undefined> {
  const known = peopleOf(scope).map((owner) => [owner, since.get(owner) ?? NONE] as const);
  const later = sql.join(
    known.map(([owner, revision]) =>
      sql`(changes.user_id = ${owner} and changes.id > ${idIn(revision)})`
    ),
    sql` or `,
  );
  const areKnown = sql.join(known.map(([owner, revision]) => isKnown(owner, revision)), sql` and `);
  const items = sql`from changes join change_items item on item.change_id = changes.id
    where ${later}`;
  const { rows: [counted] } = await sql<{ many: number; known: number }>`
    select count(*) as many, case when ${areKnown} then 1 else 0 end as known from (select 1 ${items} limit ${
    MOST_CHANGES + 1
  }) as touched`
    .execute(db.read);
  if (counted?.known !== 1 || counted.many > MOST_CHANGES) return undefined;
  const ids = (table: Name) => sql`select id from ${sql.table(`stale_${table}`)}`;
  const of = LIFE.flatMap((table) => [
    sql`(select ${db.packed([sql`id`])} from ${sql.table(`stale_${table.name}`)})
      as ${sql.ref(`${table.name}_stale`)}`,
    sql`(select ${packedRows(db, table, scope)} from ${sql.table(table.name)}
      where id in (${ids(table.name)}) and ${shown(table.name, scope)})
      as ${sql.ref(`${table.name}_rows`)}`,
  ]);
  const { rows: [read] } = await sql<Record<string, string>>`
    with touched as (select item.entity, item.entity_id ${items}),
    stale_life_areas as (${touched("life_area")}),
    moved_goals as (${touched("goal")}),
    stale_goals as (
      select id from moved_goals
      union select id from goals where parent_goal_id in (select id from moved_goals)
    ),
    moved_tasks as (
      ${touched("task")}
      union select id from tasks where goal_id in (select id from moved_goals)
    ),
    stale_tasks as (
      select id from moved_tasks
      union select id from tasks where parent_task_id in (select id from moved_tasks)
      union select task_id from task_dependencies
        where depends_on_id in (select id from moved_tasks)
    ),
    stale_memories as (
      ${touched("memory")}
      union select id from memories where goal_id in (select id from moved_goals)
      union select id from memories where task_id in (select id from moved_tasks)
    )
    select ${sql.join(of)},
      (select ${db.packed([sql`users.id`, latest])} from users
        where users.id in (${sql.join(peopleOf(scope))})) as revisions`.execute(db.read);
  const { revisions = "[]", ...packed } = read ?? {};
  return {
    revisions: new Map(pairsIn(revisions)),
    rows: LIFE.flatMap(({ name }) => {
      const stale = packed[`${name}_stale`] ?? "[]";
      if (stale === "[]") return [];
      return [{ table: name, stale, packed: packed[`${name}_rows`] ?? "[]" }];
    }),
  };
}

const latest = newestOf("users.id");

function shown(table: Name, scope: Scope): RawBuilder<boolean> {
  return sql<boolean>`(${seen(table, scope)} and ${sql.ref(`${table}.deleted_at`)} is null)`;
}

/** Not every entity has a number for an id. */
function touched(entity: string): RawBuilder<unknown> {
  return sql`select case when entity = ${entity} then cast(entity_id as bigint) end as id
    from touched where entity = ${entity}`;
}

function packedRows(db: Database, table: LifeTable, scope: Scope): RawBuilder<string> {
  const { name, lists = [] } = table;
  const values = packedColumns(table).map((column) => valueOf(name, column.name, scope));
  return db.packed([...values, ...lists.map((list) => listOf(db, list, scope))]);
}

/** A column as it is shown: in words, without the links that lead to what is not seen. */
function valueOf(table: Name, column: string, scope: Scope): RawBuilder<unknown> {
  const stored = sql.ref(`${table}.${column}`);
  if (column === "owner") {
    const owner = sql.ref(`${table}.user_id`);
    return sql`case when ${owner} = ${scope.user_id} then null else ${owner} end`;
  }
  if (column === "priority") {
    const whens = PRIORITIES.map((word, at) => sql`when ${sql.lit(at + 1)} then ${sql.lit(word)}`);
    return sql`case ${stored} ${sql.join(whens, sql` `)} end`;
  }
  if (column === "content_length") return sql`length(memories.content)`;
  if (column === "content" || column === "description") {
    return sql`substr(${stored}, 1, ${sql.lit(LONGEST_TEXT)})`;
  }
  const linked = LINKED[`${table}.${column}`];
  return linked === undefined ? stored : linkTo(linked, stored, scope);
}

/** The columns that name another item, which may be where it is not seen. */
const LINKED: Readonly<Record<string, Name>> = {
  "goals.parent_goal_id": "goals",
  "tasks.parent_task_id": "tasks",
  "memories.goal_id": "goals",
  "memories.task_id": "tasks",
};

/** What is shown is found within, as it may be of the table that the link is in. */
function linkTo(table: Name, id: RawBuilder<unknown>, scope: Scope): RawBuilder<unknown> {
  return sql`(select visible.id from (
    select ${sql.ref(`${table}.id`)} as id from ${sql.table(table)} where ${shown(table, scope)}
  ) visible where visible.id = ${id})`;
}

/** What a task has several of; of what it waits for, what is seen. */
function listOf(db: Database, { name, columns }: Table, scope: Scope): RawBuilder<string> {
  const [key, ...values] = columns.map((column) => sql.ref(`${name}.${column.name}`));
  // Counted for each, as PostgreSQL would look at every task there is to find those that exist.
  const visible = name === "task_dependencies"
    ? sql`and (select count(*) from tasks
        where tasks.id = task_dependencies.depends_on_id and ${shown("tasks", scope)}) > 0`
    : sql``;
  return sql`(select ${db.packed(values)} from ${sql.table(name)}
    where ${key} = tasks.id ${visible})`;
}

function pairsIn(packed: string): [string, Revision][] {
  const pairs: [string, Revision | null][] = JSON.parse(packed);
  return pairs.map(([owner, newest]) => [owner, newest ?? NONE]);
}
