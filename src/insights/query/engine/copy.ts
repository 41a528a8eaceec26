import type { Rows } from "../messages.ts";
import { LIFE, type LifeTable, packedColumns, type Table, TABLES } from "../tables.ts";
import { type Offset, offsetsOf } from "./offsets.ts";
import type { Database, Sqlite } from "./sqlite.d.ts";

/** What the copy and the statements on it may take of memory at once, in bytes. */
const MOST_MEMORY = 96 * 1024 * 1024;

/** All that one person sees does not fit. */
export class TooLarge extends Error {
  /** What to do instead. */
  readonly advice = "use list_tasks, list_goals, search_memory and analyze_progress";

  constructor(bytes: number) {
    super(`what you see takes more than ${bytes / 1024 ** 2} MB there`);
  }
}

/** Whose copy it is, for what they call a day. */
export interface Person {
  readonly time_zone: string;
  readonly week_start: number;
}

/** The rows that one person sees, in memory. */
export class Copy {
  readonly db: Database;
  readonly #person: Person;
  /** The statements that add packed rows, by table. */
  readonly #adding: ReadonlyMap<LifeTable["name"], readonly string[]>;
  #today: string | undefined;

  constructor(
    private readonly sqlite: Pick<Sqlite, "oo1" | "capi">,
    person: Person,
    private readonly most = MOST_MEMORY,
  ) {
    const { oo1 } = sqlite;
    this.db = new oo1.DB(":memory:");
    this.#person = person;
    this.db.exec(`pragma hard_heap_limit = ${most}`);
    for (const table of TABLES) this.db.exec(creation(table));
    const offsets = offsetsOf(person.time_zone, new Date());
    this.#adding = new Map(LIFE.map((table) => [table.name, additions(table, offsets)]));
  }

  /** Takes rows in place of those that it had. @throws TooLarge */
  load(batch: readonly Rows[]): void {
    try {
      this.#load(batch);
    } catch (error) {
      const { SQLITE_NOMEM } = this.sqlite.capi;
      const isFull = error instanceof Error && "resultCode" in error &&
        error.resultCode === SQLITE_NOMEM;
      throw isFull ? new TooLarge(this.most) : error;
    }
  }

  #load(batch: readonly Rows[]): void {
    this.db.exec("begin");
    for (const { table: name, packed, stale } of batch) {
      if (stale !== undefined) this.#remove(name, stale);
      for (const addition of this.#adding.get(name) ?? []) {
        this.db.exec(addition, { bind: [packed] });
      }
    }
    this.db.exec("commit");
  }

  /** Says what day it is. */
  turnTo(today: string): void {
    if (today === this.#today) return;
    const { time_zone, week_start } = this.#person;
    this.db.exec("delete from me");
    this.db.exec("insert into me values (?, ?, ?)", { bind: [today, time_zone, week_start] });
    this.#today = today;
  }

  #remove(name: LifeTable["name"], stale: string): void {
    const ids = "select value ->> 0 from json_each(?)";
    this.db.exec(`delete from ${name} where id in (${ids})`, { bind: [stale] });
    for (const { lists = [] } of LIFE.filter((table) => table.name === name)) {
      for (const list of lists) {
        const [key] = list.columns;
        this.db.exec(`delete from ${list.name} where ${key?.name} in (${ids})`, { bind: [stale] });
      }
    }
  }
}

function creation({ name, columns }: Table): string {
  const [first] = columns;
  const defined = columns.map((column) =>
    `${column.name} ${column.type}${column.name === "id" ? " primary key" : ""}`
  );
  const index = first?.type === "integer" && first.name !== "id"
    ? `; create index ${name}_by_${first.name} on ${name} (${first.name})`
    : "";
  return `create table ${name} (${defined.join(", ")})${index}`;
}

/** Step by step, as a value is looked at more than once: in half the time. */
function additions(table: LifeTable, offsets: readonly Offset[]): string[] {
  const { name, columns, lists = [] } = table;
  const packed = packedColumns(table);
  const unpacked = packed.map((column, at) => `item ->> ${at} as ${column.name}`);
  const values = columns.map(({ name, dayOf: sources }) =>
    sources === undefined ? name : `coalesce(${sources.map((of) => dayIn(of, offsets))}, null)`
  );
  return [
    `with items as materialized (select jsonb(value) as item from json_each(?)),
      unpacked as materialized (select ${unpacked.join(", ")} from items)
      insert into ${name} select ${values.join(", ")} from unpacked`,
    ...lists.map((list, at) =>
      `insert into ${list.name} select item.value ->> 0, listed.value ->> 0
        from json_each(?) item, json_each(item.value ->> ${packed.length + at}) listed`
    ),
  ];
}

/** An instant has a day in the zone; of a local time the day is the beginning. */
function dayIn(column: string, offsets: readonly Offset[]): string {
  const offset = offsets.map(({ since, seconds }) =>
    `when ${column} >= '${since}' then '${seconds} seconds'`
  );
  const oldest = `else '${offsets.at(-1)?.seconds ?? 0} seconds'`;
  return `case when substr(${column}, -1) = 'Z' then date(${column}, case ${
    offset.join(" ")
  } ${oldest} end)
    else substr(${column}, 1, 10) end`;
}
