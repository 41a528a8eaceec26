import type { Selectable } from "kysely";
import type { Numbered } from "../../db/db.ts";
import type { Schema } from "../../db/schema.ts";

/** How the rows of a table go into an archive. */
export interface ArchivedTable {
  readonly name: keyof Schema;
  /** What of a row goes in, in this order. */
  readonly columns: readonly string[];
  /** Columns that tell one row from the others, and in whose order they go in. */
  readonly key: readonly string[];
  /**
   * How it is known whose row it is: the column with the person, or with the row of a table before. A row
   * that is of another person as well, by a second column, is in no archive of one.
   */
  readonly owner: { readonly column: string; readonly of?: Numbered; readonly and?: string };
  /** Whether rows are known by an id that another store may have given to something else. */
  readonly numbered?: Numbered;
  /** Which columns have the id of a row of which table. */
  readonly references?: Readonly<Record<string, Numbered>>;
}

const timestamps = ["created_at", "updated_at", "deleted_at"] as const;

interface Spelled<Name extends keyof Schema> extends ArchivedTable {
  readonly name: Name;
  readonly columns: readonly (keyof Selectable<Schema[Name]> & string)[];
}

function table<const Name extends keyof Schema>(
  table: Spelled<Name>,
): ArchivedTable & { readonly name: Name } {
  return table;
}

/** What an archive has of a life; each table after those to which its rows refer. */
export const ARCHIVED = [
  table({
    name: "users",
    columns: [
      ...["id", "name", "email", "time_zone", "week_start"] as const,
      ...["work_start", "work_end", "work_days"] as const,
      ...timestamps,
    ],
    key: ["id"],
    owner: { column: "id" },
  }),
  table({
    name: "life_areas",
    columns: [
      ...["id", "user_id", "name", "weight", "color", "description", "private"] as const,
      ...timestamps,
    ],
    key: ["id"],
    owner: { column: "user_id" },
    numbered: "life_areas",
  }),
  table({
    name: "goals",
    columns: [
      ...["id", "user_id", "title", "description", "status", "target_date"] as const,
      ...["life_area_id", "parent_goal_id", "completed_at", "closed"] as const,
      ...["target_sort", "words", "embedded"] as const,
      ...timestamps,
    ],
    key: ["id"],
    owner: { column: "user_id" },
    numbered: "goals",
    references: { life_area_id: "life_areas", parent_goal_id: "goals" },
  }),
  table({
    name: "tasks",
    columns: [
      ...["id", "user_id", "goal_id", "parent_task_id", "title", "description"] as const,
      ...["status", "priority", "due_date", "estimated_duration", "actual_duration"] as const,
      ...["completed_at", "recurrence", "recurrence_start", "occurrence_date"] as const,
      ...["next_task_id", "closed", "due_sort", "words", "embedded"] as const,
      ...timestamps,
    ],
    key: ["id"],
    owner: { column: "user_id" },
    numbered: "tasks",
    references: { goal_id: "goals", parent_task_id: "tasks", next_task_id: "tasks" },
  }),
  table({
    name: "task_tags",
    columns: ["task_id", "user_id", "tag"],
    key: ["task_id", "tag"],
    owner: { column: "user_id" },
    references: { task_id: "tasks" },
  }),
  table({
    name: "task_dependencies",
    columns: ["task_id", "depends_on_id"],
    key: ["task_id", "depends_on_id"],
    owner: { column: "task_id", of: "tasks" },
    references: { task_id: "tasks", depends_on_id: "tasks" },
  }),
  table({
    name: "memories",
    columns: [
      ...["id", "user_id", "content", "memory_type", "metadata", "occurred_at"] as const,
      ...["goal_id", "task_id", "superseded_by", "source", "client"] as const,
      ...["digest", "terms", "embedded"] as const,
      ...timestamps,
    ],
    key: ["id"],
    owner: { column: "user_id" },
    numbered: "memories",
    references: { goal_id: "goals", task_id: "tasks", superseded_by: "memories" },
  }),
  // Their ids only tell processes what is new to them: each store gives its own.
  table({
    name: "memory_words",
    columns: ["user_id", "word"],
    key: ["user_id", "word"],
    owner: { column: "user_id" },
  }),
  table({
    name: "vectors",
    columns: [
      ...["user_id", "entity", "entity_id", "seq", "model", "dims", "digest", "vector"] as const,
    ],
    key: ["id"],
    owner: { column: "user_id" },
  }),
  table({
    name: "area_shares",
    columns: ["area_id", "user_id", "role", "created_at"],
    key: ["area_id", "user_id"],
    owner: { column: "area_id", of: "life_areas" },
    references: { area_id: "life_areas" },
  }),
  table({
    name: "changes",
    columns: [
      ...["id", "user_id", "at", "principal", "client", "tool", "undone_by"] as const,
      ...["stands", "guest", "moves_due", "approved_by"] as const,
    ],
    key: ["id"],
    owner: { column: "user_id" },
    numbered: "changes",
    references: { undone_by: "changes" },
  }),
  table({
    name: "change_items",
    columns: [
      ...["change_id", "seq", "entity", "entity_id", "before", "after"] as const,
      ...["area_before", "area_after"] as const,
    ],
    key: ["change_id", "seq"],
    owner: { column: "change_id", of: "changes" },
    references: { change_id: "changes" },
  }),
  table({
    name: "origins",
    columns: [
      ...["user_id", "entity", "entity_id", "source", "external_id", "imported"] as const,
      ...["change_id", "at"] as const,
    ],
    key: ["user_id", "entity", "source", "external_id"],
    owner: { column: "user_id" },
    references: { change_id: "changes" },
  }),
  table({
    name: "births",
    columns: ["user_id", "entity", "entity_id", "store", "born_id"],
    key: ["user_id", "entity", "entity_id"],
    owner: { column: "user_id" },
  }),
  // What was proposed for the life of another is of both, and is not taken out of either alone.
  table({
    name: "proposals",
    columns: [
      ...["id", "user_id", "owner", "status", "principal", "level", "client", "tool"] as const,
      ...["arguments", "areas", "items", "glimpse", "repeat_key", "fingerprint"] as const,
      ...["at", "expires_at", "decided_at", "reason", "change_id"] as const,
    ],
    key: ["id"],
    owner: { column: "owner", and: "user_id" },
    numbered: "proposals",
  }),
  // Nothing names them by their ids: each store gives its own.
  table({
    name: "calendar_events",
    columns: [
      ...["user_id", "calendar", "uid", "title", "starts", "ends", "busy"] as const,
      ...timestamps,
    ],
    key: ["user_id", "calendar", "uid", "starts"],
    owner: { column: "user_id" },
  }),
  table({
    name: "visits",
    columns: [
      ...["user_id", "principal", "client", "at", "change_id"] as const,
      ...["since_at", "since_change_id"] as const,
    ],
    key: ["user_id", "principal", "client"],
    owner: { column: "user_id" },
  }),
] as const;

export type ArchivedName = typeof ARCHIVED[number]["name"];

/** The tables that no archive has, and why: whoever adds a table says here, or above, where it belongs. */
export const LEFT_OUT: Readonly<Record<Exclude<keyof Schema, ArchivedName>, string>> = {
  replays: "they serve for ten minutes",
  plans: "they are suggestions of a day, for whoever has the token",
  api_keys: "a copy must open nothing",
  identities: "who may come in is for the operator of a store to say",
  secrets: "a copy must open nothing",
  audit: "it tells of a server, not of a life",
  audit_head: "it tells of a server, not of a life",
  backups: "it tells of the archives of a store",
  restores: "it tells running servers of one store",
};

/** The tables whose rows go away with a life that is replaced; each before those to which its rows refer. */
export const REPLACED: readonly Pick<ArchivedTable, "name" | "owner">[] = [
  { name: "replays", owner: { column: "user_id" } },
  // What was suggested for the life as it was is applied to no other.
  { name: "plans", owner: { column: "owner" } },
  ...ARCHIVED.filter(({ name }) => name !== "users").toReversed(),
];
