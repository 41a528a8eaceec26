import type { Numbered } from "../db/db.ts";
import { BadArchive } from "./format.ts";
import type { Value } from "./rows.ts";
import type { ArchivedTable } from "./tables.ts";

/** By how much the ids of each table are higher where they are restored; 0 where all of them are free. */
export type Shifts = Readonly<Record<Numbered, number>>;

/** Whether the archive has a row of this id. */
export type Has = (table: Numbered, id: number) => boolean;

const ENTITIES: Readonly<Record<string, Numbered>> = {
  life_area: "life_areas",
  goal: "goals",
  task: "tasks",
  memory: "memories",
};

/** The fields of a record, in the journal and elsewhere, that have an id. */
const FIELDS: Readonly<Record<string, Numbered>> = {
  life_area_id: "life_areas",
  goal_id: "goals",
  parent_goal_id: "goals",
  task_id: "tasks",
  parent_task_id: "tasks",
  next_task_id: "tasks",
  depends_on: "tasks",
  superseded_by: "memories",
};

/** What assistants may write about a memory, and what it then means. */
const IN_METADATA: Readonly<Record<string, Numbered>> = {
  life_area_id: "life_areas",
  goal_id: "goals",
  task_id: "tasks",
  memory_id: "memories",
  change_id: "changes",
};

/** Gives rows of an archive, and all that refers to them, the ids that they have in a store. */
export class Renumbering {
  readonly #changesNothing: boolean;

  constructor(private readonly shifts: Shifts, private readonly has: Has) {
    this.#changesNothing = Object.values(shifts).every((shift) => shift === 0);
  }

  /** The id of a row in the store. */
  of(table: Numbered, id: number): number {
    return id + this.shifts[table];
  }

  /** The values of a row, in the order of the columns. */
  row(table: ArchivedTable, values: Value[]): Value[] {
    if (this.#changesNothing) return values;
    const { columns } = table;
    const entity = values[columns.indexOf("entity")];
    return values.map((value, index) => this.#value(table, columns[index] ?? "", value, entity));
  }

  #value(
    { name, numbered, references }: ArchivedTable,
    column: string,
    value: Value,
    entity: Value | undefined,
  ): Value {
    if (value === null) return null;
    if (column === "id" && numbered !== undefined) return this.#shifted(numbered, value);
    const target = references?.[column];
    if (target !== undefined) return this.#shifted(target, value);
    if (column === "entity_id") return this.#entityId(String(entity), value);
    if (column === "before" || column === "after") return this.#image(String(entity), value);
    if (column === "area_before" || column === "area_after") {
      return this.#shifted("life_areas", value);
    }
    if (column === "metadata") return this.#metadata(value);
    // Of a life without changes, a visit knows the change 0.
    if (name === "visits" && column.endsWith("change_id")) {
      return value === 0 ? 0 : this.#shifted("changes", value);
    }
    return value;
  }

  #shifted(table: Numbered, value: Value): number {
    if (typeof value !== "number") throw new BadArchive(`an id of ${table} in it is no number`);
    return this.of(table, value);
  }

  #entityId(entity: string, value: Value): Value {
    const table = ENTITIES[entity];
    if (table === undefined) return value;
    const id = this.of(table, Number(value));
    return typeof value === "string" ? String(id) : id;
  }

  #image(entity: string, value: Value): string {
    const record: Record<string, unknown> = Object(JSON.parse(String(value)));
    const own = ENTITIES[entity];
    const entries = Object.entries(record).map(([name, field]): [string, unknown] => {
      const table = name === "id" ? own : FIELDS[name];
      if (name === "metadata" && typeof field === "string") return [name, this.#metadata(field)];
      return [name, table === undefined ? field : this.#ids(table, field)];
    });
    return JSON.stringify(Object.fromEntries(entries));
  }

  #ids(table: Numbered, field: unknown): unknown {
    if (Array.isArray(field)) return field.map((one) => this.#ids(table, one));
    return typeof field === "number" ? this.of(table, field) : field;
  }

  /** Free text of the person: it is left as it is but for the id of something that is there. */
  #metadata(value: Value): Value {
    const record = objectIn(value);
    if (record === undefined) return value;
    let touched = false;
    const entries = Object.entries(record).map(([name, field]): [string, unknown] => {
      const table = IN_METADATA[name];
      if (table === undefined || typeof field !== "number" || !this.has(table, field)) {
        return [name, field];
      }
      touched = true;
      return [name, this.of(table, field)];
    });
    return touched ? JSON.stringify(Object.fromEntries(entries)) : value;
  }
}

function objectIn(value: Value): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(String(value));
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    return isObject ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}
