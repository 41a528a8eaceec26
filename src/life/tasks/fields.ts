import { AppError } from "../../errors.ts";
import { definedOf } from "../fields.ts";
import { type ResolvedInstant, resolveInstant, today } from "../dates.ts";
import type { Draft } from "../journal.ts";
import { checkSeries, firstOccurrence, parseRecurrence } from "../recurrence.ts";
import type { TaskRecord } from "../records.ts";
import { cannotMove } from "../placing.ts";
import { findOwn, refuseDependencyCycle, refuseNestingCycle } from "../references.ts";
import { shownAmong } from "../unseen.ts";
import { readWhen } from "../words.ts";
import { tagOf } from "./list.ts";
import { rankOf, type TaskInput } from "./task.ts";

/**
 * The fields of the record that an input asks for, checked against the rest of the person's life.
 *
 * @param before the record as it is; absent when it is being created
 * @throws AppError for unreadable dates and rules, unknown ids and cycles
 */
export async function resolveTaskFields(
  draft: Draft,
  input: TaskInput,
  before?: TaskRecord,
): Promise<Partial<TaskRecord>> {
  const { due_date, recurrence, priority, tags, depends_on, ...given } = input;
  const fields: Partial<TaskRecord> = definedOf(given);
  if (priority) fields.priority = rankOf(priority);
  if (tags) fields.tags = [...new Set(tags.map(tagOf))].sort();
  if (fields.goal_id) await findOwn(draft, "goal", fields.goal_id, "goal_id");
  if (fields.parent_task_id) {
    await findOwn(draft, "task", fields.parent_task_id, "parent_task_id");
    if (before) await refuseNestingCycle(draft, "task", before.id, fields.parent_task_id);
  }
  if (depends_on) {
    fields.depends_on = [...new Set(depends_on)].sort((a, b) => a - b);
    for (const id of fields.depends_on) await findOwn(draft, "task", id, "depends_on");
    if (before) await refuseDependencyCycle(draft, before.id, fields.depends_on);
  }
  if (before) await keepUnseen(draft, fields, before);
  if (due_date === null) fields.due_date = null;
  if (typeof due_date === "string") fields.due_date = await readWhen(draft, "due_date", due_date);
  if (recurrence === null) {
    Object.assign(fields, { recurrence: null, recurrence_start: null, occurrence_date: null });
  }
  if (typeof recurrence === "string") {
    const due = fields.due_date === undefined ? before?.due_date ?? null : fields.due_date;
    Object.assign(fields, await startSeries(draft, recurrence, due));
  }
  return fields;
}

/** A link to what somebody does not see is not theirs to take away. */
async function keepUnseen(
  draft: Draft,
  fields: Partial<TaskRecord>,
  { id, parent_task_id, depends_on }: TaskRecord,
): Promise<void> {
  const isShown = await shownAmong(draft.tx, "tasks", [parent_task_id, ...depends_on], draft.actor);
  if (fields.parent_task_id !== undefined && !isShown(parent_task_id)) {
    if (fields.parent_task_id !== null) throw cannotMove(draft, `task ${id}`);
    delete fields.parent_task_id;
  }
  if (fields.depends_on === undefined) return;
  const kept = depends_on.filter((id) => !isShown(id));
  fields.depends_on = [...new Set([...fields.depends_on, ...kept])].sort((a, b) => a - b);
}

/** The instant at which a task was completed; not in the future. */
export async function readCompletion(
  draft: Draft,
  text: string,
): Promise<ResolvedInstant> {
  const zone = await draft.zone();
  const reading = { field: "completed_at", zone, now: draft.now, toward: "past" } as const;
  const resolved = await resolveInstant(text, reading);
  if (resolved.instant <= draft.at) return resolved;
  throw new AppError(
    "invalid_input",
    `Cannot complete a task in the future: completed_at is ${resolved.local}`,
    "leave completed_at out for now",
  );
}

/** A series begins at the due date, or where the rule first occurs from today on. */
async function startSeries(draft: Draft, text: string, due: string | null) {
  const { time_zone: zone } = draft.person;
  const rule = parseRecurrence(text);
  const start = due ?? await firstOccurrence(rule, today(draft.now, zone), zone);
  await checkSeries({ rule, start, zone });
  return { recurrence: rule, recurrence_start: start, occurrence_date: start, due_date: start };
}
