import { changedFields } from "../../life/fields.ts";
import { INTERNAL } from "../../life/history/shown.ts";

/** An item of the life as the journal has it, before or after a change. */
export type Image = Readonly<Record<string, unknown>>;

/** What a change of status is called. */
const STATUSES: Readonly<Record<string, string>> = {
  pending: "made pending",
  in_progress: "started",
  completed: "completed",
  cancelled: "cancelled",
  active: "made active",
  paused: "paused",
  archived: "archived",
};

/** The fields whose change has a word of its own, those that matter most last. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ["superseded_by", "superseded"],
  ["due_date", "rescheduled"],
  ["target_date", "rescheduled"],
  ["content", "reworded"],
  ["name", "renamed"],
  ["title", "renamed"],
]);

/** Fields that follow from the status. */
const IMPLIED = [...INTERNAL, "completed_at", "next_task_id"];

/** What one change did to one item, what matters most last; empty where nobody could tell. */
export function wordsOf(before: Image | null, after: Image): string[] {
  if (before === null) return ["created"];
  if (before["deleted_at"] !== after["deleted_at"]) {
    return [after["deleted_at"] === null ? "restored" : "trashed"];
  }
  const changed = changedFields(before, after).filter((name) => !IMPLIED.includes(name));
  const named = [...FIELDS].filter(([name]) => changed.includes(name)).map(([, word]) => word);
  const status = changed.includes("status") ? STATUSES[String(after["status"])] ?? "changed" : [];
  const others = changed.filter((name) => name !== "status" && !FIELDS.has(name))
    .map((name) => `changed ${name.replace(/_id$/, "").replaceAll("_", " ")}`);
  return [...others, ...named, status].flat();
}

/** What became of an item in all: the last that was done, and before it the rest. */
export function summaryOf(words: readonly string[]): string {
  const distinct = words.filter((word, index) => !words.includes(word, index + 1));
  const [last = "changed", ...earlier] = distinct.toReversed();
  return earlier.length === 0 ? last : `${last} (${earlier.toReversed().join(", ")})`;
}
