import { shorten } from "../../errors.ts";
import { PRIORITIES } from "../tasks/task.ts";

/** Fields that only the store needs: the action of an item, and the tools, tell the same. */
export const INTERNAL: readonly string[] = ["deleted_at", "recurrence_start", "occurrence_date"];

/** The tables whose items others name. */
export type Referred = "goals" | "tasks" | "memories";

/** Fields that name other items, and where these are. */
export const REFERENCES: ReadonlyMap<string, Referred> = new Map([
  ["goal_id", "goals"],
  ["parent_goal_id", "goals"],
  ["parent_task_id", "tasks"],
  ["next_task_id", "tasks"],
  ["depends_on", "tasks"],
  ["task_id", "tasks"],
  ["superseded_by", "memories"],
]);

/** The entity whose records a table has. */
export const ENTITIES = { goals: "goal", tasks: "task", memories: "memory" } as const;

/** The table that has the records of an entity. */
export const TABLES = { goal: "goals", task: "tasks", memory: "memories" } as const;

/** So many characters of a title are shown in a list. */
export const LONGEST_TITLE = 100;

/** What an item is called, by an image of it. */
export function titleOf(image: Readonly<Record<string, unknown>>): string | undefined {
  const title = wholeTitleOf(image);
  return title === undefined ? undefined : shorten(title, LONGEST_TITLE);
}

/** The same, however long it is. */
export function wholeTitleOf(image: Readonly<Record<string, unknown>>): string | undefined {
  const title = image["title"] ?? image["name"] ?? image["content"];
  return title === undefined ? undefined : String(title);
}

/** The value of a field in the words that the tools take, short enough for a list. */
export function shownValue(field: string, value: unknown): unknown {
  const worded = wordedValue(field, value);
  return typeof worded === "string" ? shorten(worded, 200) : worded;
}

/** The value of a field in the words that the tools take. */
export function wordedValue(field: string, value: unknown): unknown {
  if (field === "priority") return PRIORITIES[Number(value) - 1];
  if (field === "private") return value === 1;
  return value ?? null;
}
