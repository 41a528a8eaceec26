/** A column as a statement finds it. */
export interface Column {
  readonly name: string;
  readonly type: "integer" | "real" | "text";
  /** Empty where the name says it. */
  readonly meaning: string;
  /** The columns of which the first that is not null gives the day. */
  readonly dayOf?: readonly string[];
}

/** A table that statements may read. */
export interface Table {
  readonly name: string;
  readonly meaning: string;
  /** The first is the key, or in a list the row to which it belongs. */
  readonly columns: readonly Column[];
}

/** A table of the store, each row of which is a row of the same id. */
export interface LifeTable extends Table {
  readonly name: "life_areas" | "goals" | "tasks" | "memories";
  /** Tables of what a row has several of. */
  readonly lists?: readonly Table[];
}

/** Longer texts are cut, in characters: one statement may not make a longer one, see the engine. */
export const LONGEST_TEXT = 10_000;

const integer = (name: string, meaning = ""): Column => ({ name, type: "integer", meaning });
const text = (name: string, meaning = ""): Column => ({ name, type: "text", meaning });
const real = (name: string, meaning = ""): Column => ({ name, type: "real", meaning });
const day = (name: string, ...dayOf: string[]): Column => ({
  ...text(name, `local day of ${dayOf.join(", else of ")}`),
  dayOf,
});

const id = integer("id");
const description = text("description", `cut after ${LONGEST_TEXT} characters`);
const owner = text("owner", "whose it is, where another shares it; null for one's own");
const created = [text("created_at", "UTC"), day("created_day", "created_at")];
const completed = [text("completed_at", "UTC"), day("completed_day", "completed_at")];

/** What is copied from the store; what is in the trash is not there. */
export const LIFE: readonly LifeTable[] = [
  {
    name: "life_areas",
    meaning: "parts of a life",
    columns: [
      ...[id, text("name"), real("weight", "relative importance")],
      ...[description, text("created_at", "UTC"), owner],
    ],
  },
  {
    name: "goals",
    meaning: "what a person wants to reach",
    columns: [
      ...[id, text("title"), description],
      text("status", "active, completed, paused or archived"),
      text("target_date", "a day, or a local time with its offset"),
      day("target_day", "target_date"),
      ...[integer("life_area_id"), integer("parent_goal_id")],
      ...[...created, ...completed, owner],
    ],
  },
  {
    name: "tasks",
    meaning: "what is to be done",
    columns: [
      ...[id, text("title"), description],
      text("status", "pending, in_progress, completed or cancelled"),
      text("priority", "urgent, high, medium or low"),
      text("due_date", "a day, or a local time with its offset"),
      day("due_day", "due_date"),
      integer("estimated_duration", "minutes"),
      integer("actual_duration", "minutes"),
      ...[integer("goal_id"), integer("parent_task_id"), text("recurrence", "RFC 5545 RRULE")],
      ...[...created, ...completed, owner],
    ],
    lists: [
      {
        name: "task_tags",
        meaning: "a row for each tag of a task",
        columns: [integer("task_id"), text("tag")],
      },
      {
        name: "task_dependencies",
        meaning: "what has to be completed before a task",
        columns: [integer("task_id"), integer("depends_on_id", "a task")],
      },
    ],
  },
  {
    name: "memories",
    meaning: "what is remembered",
    columns: [
      ...[id, text("content", `cut after ${LONGEST_TEXT} characters`)],
      integer("content_length", "characters of the whole"),
      ...[text("memory_type"), text("metadata", "JSON object")],
      text("occurred_at", "a day, or a local time with its offset"),
      day("day", "occurred_at", "created_at"),
      integer("goal_id", "the goal it is about"),
      integer("task_id", "the task it is about"),
      ...[text("source", "how it came here"), text("client", "which client stored it")],
      ...[...created, owner],
    ],
  },
];

/** Who asks, and when. */
export const ME: Table = {
  name: "me",
  meaning: "the person, in one row",
  columns: [
    text("today", "local day"),
    text("time_zone"),
    integer("week_start", "ISO weekday, 1 is Monday"),
  ],
};

/** The columns that are read from the store: days are told in the copy. */
export function packedColumns({ columns }: Table): readonly Column[] {
  return columns.filter(({ dayOf }) => dayOf === undefined);
}

/** All that a statement may read. */
export const TABLES: readonly Table[] = [
  ...LIFE.flatMap(({ lists = [], ...table }) => [table, ...lists]),
  ME,
];

/** `goals(id, title, …)` for each table. */
export function outline(): string {
  return TABLES.map(({ name, columns }) =>
    `${name}(${columns.map((column) => column.name).join(", ")})`
  ).join("; ");
}
