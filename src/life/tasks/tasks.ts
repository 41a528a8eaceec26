import { AppError } from "../../errors.ts";
import type { Actor } from "../actor.ts";
import { echoOf, type Resolved } from "../dates.ts";
import { type Receipt, type Store, write } from "../journal.ts";
import type { PageInfo } from "../paging.ts";
import { type TaskRecord } from "../records.ts";
import { findOwn } from "../references.ts";
import type { Viewer } from "../scope.ts";
import { trash } from "../trash.ts";
import { completionOf } from "./completion.ts";
import { readCompletion } from "./fields.ts";
import { getTask, listedTasks, listTasks, type TaskDetail, type TaskFilter } from "./list.ts";
import { taskIdsLike, tasksWaitingFor } from "./ids.ts";
import { tasksMovedWithGoals } from "./moved_with_goals.ts";
import type { Task, TaskInput } from "./task.ts";
import { changeTask, insertTask, type NewTask, shownTask } from "./write.ts";

/** A reference to a task by its position in the same batch: `#1` is the first. */
export type BatchReference = `#${number}`;

export interface BatchTask extends Omit<NewTask, "parent_task_id" | "depends_on"> {
  parent_task_id?: number | BatchReference | undefined;
  depends_on?: (number | BatchReference)[] | undefined;
}

export interface Completion {
  completed_at?: string | undefined;
  /** Minutes. */
  actual_duration?: number | undefined;
}

export class Tasks {
  constructor(private readonly store: Store) {}

  async list(viewer: Viewer, filter: TaskFilter): Promise<{ tasks: Task[] } & PageInfo> {
    return await listTasks(this.store, viewer, filter);
  }

  /** Whose tasks the list has on all its pages, and which. */
  async listed(viewer: Viewer, filter: TaskFilter): Promise<{ id: number; user_id: string }[]> {
    return await listedTasks(this.store, viewer, filter);
  }

  async get(viewer: Viewer, task_id: number): Promise<{ task: TaskDetail }> {
    return await getTask(this.store.db, viewer, task_id);
  }

  /** The ids that begin with what was typed, up to 101, in the order of the list. */
  async idsLike(viewer: Viewer, typed: string): Promise<number[]> {
    return await taskIdsLike(this.store.db, viewer, typed);
  }

  /** The tasks that depend on any of these. */
  async waitingFor(task_ids: readonly number[]): Promise<number[]> {
    return await tasksWaitingFor(this.store.db, task_ids);
  }

  /** Those that a change of their goals may have made others see, though it wrote nothing of them. */
  async movedWithGoals(change_id: number): Promise<number[]> {
    return await tasksMovedWithGoals(this.store.db, change_id);
  }

  async create(actor: Actor, input: NewTask): Promise<{ task: Task } & Receipt> {
    return await write(this.store, actor, async (draft) => ({
      task: await shownTask(draft, await insertTask(draft, input)),
    }));
  }

  /** Creates all of them or none, in order; a task may refer to those before it. */
  async createMany(
    actor: Actor,
    inputs: readonly BatchTask[],
  ): Promise<{ tasks: Task[] } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const created: TaskRecord[] = [];
      for (const [index, input] of inputs.entries()) {
        created.push(await inPosition(index, () => insertTask(draft, placed(input, created))));
      }
      const tasks: Task[] = [];
      for (const record of created) tasks.push(await shownTask(draft, record));
      return { tasks };
    });
  }

  async update(
    actor: Actor,
    task_id: number,
    input: TaskInput,
  ): Promise<{ task: Task } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const before = await findOwn(draft, "task", task_id);
      return { task: await shownTask(draft, await changeTask(draft, before, input)) };
    });
  }

  /** Completes a task; of a completed one, only what is given changes. */
  async complete(
    actor: Actor,
    task_id: number,
    { completed_at, actual_duration }: Completion,
  ): Promise<{ task: Task } & Resolved & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const before = await findOwn(draft, "task", task_id);
      const fields: Partial<TaskRecord> = {};
      const at = completed_at === undefined ? undefined : await readCompletion(draft, completed_at);
      if (actual_duration !== undefined) fields.actual_duration = actual_duration;
      if (before.status !== "completed") {
        Object.assign(fields, await completionOf(draft, before, at?.instant ?? draft.at));
      } else if (at !== undefined) fields.completed_at = at.instant;
      const task = await shownTask(draft, await draft.update("task", before, fields));
      return at === undefined ? { task } : { task, resolved: { completed_at: echoOf(at.local) } };
    });
  }

  /** Moves the task with its subtasks to the trash. */
  async delete(
    actor: Actor,
    task_id: number,
  ): Promise<{ task: Task; trashed: { tasks: number } } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const task = await shownTask(draft, await findOwn(draft, "task", task_id));
      const { tasks } = await trash(draft, { task: task_id });
      return { task, trashed: { tasks } };
    });
  }
}

function placed(input: BatchTask, created: readonly TaskRecord[]): NewTask {
  const idOf = (reference: number | BatchReference): number => {
    if (typeof reference === "number") return reference;
    const found = created[Number(reference.slice(1)) - 1];
    if (found) return found.id;
    throw new AppError(
      "invalid_input",
      `Cannot use ${reference} as it does not name an earlier task of this call`,
      "put the task it refers to first; #1 is the first",
    );
  };
  const { parent_task_id, depends_on, ...rest } = input;
  return {
    ...rest,
    parent_task_id: parent_task_id === undefined ? undefined : idOf(parent_task_id),
    depends_on: depends_on?.map(idOf),
  };
}

/** Names the position of the task in the message of what went wrong. */
async function inPosition<T>(index: number, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof AppError) error.message = `tasks[${index}]: ${error.message}`;
    throw error;
  }
}
