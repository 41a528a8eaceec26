import type { Numbered } from "../../db/db.ts";

/** Whether there is a row of this id among those that are given new ones. */
export type Has = (table: Numbered, id: number) => boolean;

/** The kinds of items, and the tables that have them. */
export const ENTITIES: Readonly<Record<string, Numbered>> = {
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

/** The arguments of writing tools that have an id. */
const ARGUMENTS: Readonly<Record<string, Numbered>> = {
  ...FIELDS,
  memory_id: "memories",
  supersedes: "memories",
  change_id: "changes",
};

/** Gives new ids to what is named by id within texts of the store, most of them JSON. */
export class IdsInText {
  /**
   * @param of the new id of a row
   * @param has asked where a text is free, so that a number may be none of our ids
   */
  constructor(
    private readonly of: (table: Numbered, id: number) => number,
    private readonly has: Has,
  ) {}

  /** The id of a record; people are known by their names, and what is not there yet is `#1`. */
  entityId(entity: string, id: string): string {
    const table = ENTITIES[entity];
    return table === undefined || id.startsWith("#") ? id : String(this.of(table, Number(id)));
  }

  /** The image of a record in the journal. */
  image(entity: string, text: string): string {
    const own = ENTITIES[entity];
    return JSON.stringify(
      mapped(
        objectOf(JSON.parse(text)),
        (name, value) =>
          name === "id" && own !== undefined ? this.#ids(own, value) : this.#field(name, value),
      ),
    );
  }

  /** Free text of the person: it is left as it is but for the id of something that is there. */
  metadata(text: string): string {
    const record = objectIn(text);
    if (record === undefined) return text;
    let touched = false;
    const entries = Object.entries(record).map(([name, field]): [string, unknown] => {
      const table = IN_METADATA[name];
      if (table === undefined || typeof field !== "number" || !this.has(table, field)) {
        return [name, field];
      }
      touched = true;
      return [name, this.of(table, field)];
    });
    return touched ? JSON.stringify(Object.fromEntries(entries)) : text;
  }

  /** What was imported of a record. */
  imported(text: string): string {
    const { columns, ...rest } = objectOf(JSON.parse(text));
    if (columns === undefined) return text;
    return JSON.stringify({
      ...rest,
      columns: mapped(objectOf(columns), (name, value) => this.#field(name, value)),
    });
  }

  /** A list of ids. */
  list(table: Numbered, text: string): string {
    return JSON.stringify(this.#ids(table, JSON.parse(text)));
  }

  /** What a proposal would change. */
  items(text: string): string {
    return JSON.stringify(this.#items(JSON.parse(text)));
  }

  /** The beginning of that. */
  glimpse(text: string): string {
    const { items, ...rest } = objectOf(JSON.parse(text));
    return JSON.stringify({ items: this.#items(items), ...rest });
  }

  /** The arguments of a call, as they were given: ids may be written as text. */
  arguments(text: string): string {
    return JSON.stringify(this.#argument("", JSON.parse(text)));
  }

  #field(name: string, value: unknown): unknown {
    if (name === "metadata" && typeof value === "string") return this.metadata(value);
    const table = FIELDS[name];
    return table === undefined ? value : this.#ids(table, value);
  }

  #ids(table: Numbered, field: unknown): unknown {
    if (Array.isArray(field)) return field.map((one) => this.#ids(table, one));
    return typeof field === "number" ? this.of(table, field) : field;
  }

  #items(items: unknown): unknown[] {
    if (!Array.isArray(items)) return [];
    return items.map((one) => {
      const item = objectOf(one);
      return {
        ...item,
        id: this.entityId(String(item["entity"]), String(item["id"])),
        fields: mapped(
          objectOf(item["fields"]),
          (name, values) => mapped(objectOf(values), (_, value) => this.#field(name, value)),
        ),
      };
    });
  }

  #argument(name: string, value: unknown): unknown {
    const table = ARGUMENTS[name];
    if (Array.isArray(value)) return value.map((one) => this.#argument(name, one));
    if (name === "metadata") return JSON.parse(this.metadata(JSON.stringify(value)));
    if (typeof value === "object" && value !== null) {
      return mapped(objectOf(value), (inner, field) => this.#argument(inner, field));
    }
    if (table === undefined) return value;
    if (typeof value === "number") return this.of(table, value);
    return typeof value === "string" && /^\d{1,15}$/.test(value)
      ? String(this.of(table, Number(value)))
      : value;
  }
}

function mapped(
  record: Record<string, unknown>,
  map: (name: string, value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, map(name, value)]),
  );
}

function objectOf(value: unknown): Record<string, unknown> {
  return { ...Object(value) };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    return isObject ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}
