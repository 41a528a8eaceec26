import type { Draft } from "../journal.ts";
import type { TaskRecord } from "../records.ts";
import { hidingTasks } from "../unseen.ts";
import { completionOf } from "./completion.ts";
import { resolveTaskFields } from "./fields.ts";
import { linksOf } from "./list.ts";
import { type Task, type TaskInput, taskView } from "./task.ts";

export interface NewTask extends TaskInput {
  title: string;
}

/** Creates a task within a change. @throws AppError as {@linkcode resolveTaskFields} */
export async function insertTask(draft: Draft, input: NewTask): Promise<TaskRecord> {
  const fields = await resolveTaskFields(draft, input);
  return await draft.insert("task", { ...blank(draft), ...fields, title: input.title });
}

/** Changes a task within a change. @throws AppError as {@linkcode resolveTaskFields} */
export async function changeTask(
  draft: Draft,
  before: TaskRecord,
  input: TaskInput,
): Promise<TaskRecord> {
  const fields = await resolveTaskFields(draft, input, before);
  const { status } = fields;
  if (status !== undefined && status !== before.status) {
    Object.assign(
      fields,
      status === "completed"
        ? await completionOf(draft, { ...before, ...fields, status: before.status }, draft.at)
        : { completed_at: null },
    );
  }
  return await draft.update("task", before, fields);
}

/** A task as whoever changes it sees it. */
export async function shownTask(draft: Draft, record: TaskRecord): Promise<Task> {
  const { tx, actor, viewer } = draft;
  const view = taskView(record, await linksOf(tx, record), viewer);
  return (await hidingTasks(tx, [view], actor))(view);
}

function blank({ user_id, at }: Draft): Omit<TaskRecord, "id"> {
  return {
    user_id,
    goal_id: null,
    parent_task_id: null,
    title: "",
    description: null,
    status: "pending",
    priority: 3,
    due_date: null,
    estimated_duration: null,
    actual_duration: null,
    completed_at: null,
    recurrence: null,
    recurrence_start: null,
    occurrence_date: null,
    next_task_id: null,
    tags: [],
    depends_on: [],
    created_at: at,
    updated_at: at,
    deleted_at: null,
  };
}
