import { today } from "../dates.ts";
import type { Draft } from "../journal.ts";
import { refuseWithheld } from "../placing.ts";
import { nextOccurrence } from "../recurrence.ts";
import { shelves, type TaskRecord } from "../records.ts";

/**
 * What completing a task changes in it. For an occurrence of a series, creates the next one, with
 * its subtasks, unless the rule has ended or an earlier completion did so already.
 */
export async function completionOf(
  draft: Draft,
  task: TaskRecord,
  completed_at: string,
): Promise<Partial<TaskRecord>> {
  const fields: Partial<TaskRecord> = { status: "completed", completed_at };
  const next = await createNext(draft, task);
  return next ? { ...fields, next_task_id: next.id } : fields;
}

async function createNext(draft: Draft, task: TaskRecord): Promise<TaskRecord | undefined> {
  const { recurrence: rule, recurrence_start: start, occurrence_date } = task;
  if (rule === null || start === null || occurrence_date === null) return undefined;
  if (task.next_task_id !== null) {
    const existing = await shelves.task.find(draft.tx, task.next_task_id);
    if (existing?.deleted_at === null) return undefined;
  }
  const { time_zone: zone } = draft.person;
  const day = today(draft.now, zone);
  const occurrence = await nextOccurrence({ rule, start, zone }, occurrence_date, day);
  if (occurrence === undefined) return undefined;
  const dates = { due_date: occurrence, occurrence_date: occurrence };
  const next = await draft.insert("task", { ...renewed(draft, task), ...dates });
  await copySubtasks(draft, task.id, next.id);
  return next;
}

async function copySubtasks(draft: Draft, from: number, to: number): Promise<void> {
  const rows = await draft.tx.selectFrom("tasks").select("id")
    .where("parent_task_id", "=", from).where("deleted_at", "is", null)
    .where("status", "<>", "cancelled").where("recurrence", "is", null).orderBy("id").execute();
  for (const { id } of rows) {
    const subtask = await shelves.task.find(draft.tx, id);
    if (subtask === undefined) continue;
    await refuseWithheld(draft, `task ${from}`, subtask);
    const copy = { ...renewed(draft, subtask), parent_task_id: to, due_date: null };
    await copySubtasks(draft, id, (await draft.insert("task", copy)).id);
  }
}

function renewed(draft: Draft, { id: _, ...task }: TaskRecord): Omit<TaskRecord, "id"> {
  return {
    ...task,
    status: "pending",
    actual_duration: null,
    completed_at: null,
    next_task_id: null,
    depends_on: [],
    created_at: draft.at,
    updated_at: draft.at,
  };
}
