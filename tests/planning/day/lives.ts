/** Lives to plan days of, written straight into the store. */
import type { TestApp } from "../../harness.ts";

const AT = "2026-11-01T00:00:00.000Z";
const STAMPS = { created_at: AT, updated_at: AT, deleted_at: null };

export interface Goal {
  readonly target_date: string | null;
  readonly status: string;
}

export interface Task {
  readonly title?: string;
  readonly status: string;
  readonly priority: number;
  readonly due_date: string | null;
  readonly estimated_duration: number | null;
  /** By their place in the list. */
  readonly goal?: number | undefined;
  readonly after?: readonly number[];
  readonly parent?: number | undefined;
}

export interface Event {
  readonly starts: string;
  readonly ends: string;
  readonly busy?: number;
  readonly title?: string;
}

/** Adds goals and tasks to the life of a person; answers the ids of the tasks. */
export async function addTasks(
  { app }: TestApp,
  user_id: string,
  tasks: readonly Task[],
  goals: readonly Goal[] = [],
): Promise<number[]> {
  return await app.db.write(user_id, async (tx) => {
    const goal_ids: number[] = [];
    for (const [index, { target_date, status }] of goals.entries()) {
      const { id } = await tx.insertInto("goals").values({
        ...{ user_id, title: `Goal ${index}`, description: null, status, target_date, words: "" },
        ...{ life_area_id: null, parent_goal_id: null, completed_at: null },
        closed: ["completed", "archived"].includes(status) ? 1 : 0,
        target_sort: target_date ?? "~",
        ...STAMPS,
      }).returning("id").executeTakeFirstOrThrow();
      goal_ids.push(id);
    }
    const rows = tasks.map(({ goal, after: _, parent: __, title, ...task }, index) => ({
      ...{ user_id, title: title ?? `Task ${index}`, description: null, parent_task_id: null },
      ...task,
      goal_id: goal === undefined ? null : goal_ids[goal] ?? null,
      due_sort: task.due_date ?? "~",
      closed: ["completed", "cancelled"].includes(task.status) ? 1 : 0,
      completed_at: task.status === "completed" ? AT : null,
      ...{ actual_duration: null, recurrence: null, recurrence_start: null },
      ...{ occurrence_date: null, next_task_id: null, words: "" },
      ...STAMPS,
    }));
    const ids: number[] = [];
    for (let start = 0; start < rows.length; start += 500) {
      const part = rows.slice(start, start + 500);
      const added = await tx.insertInto("tasks").values(part).returning("id").execute();
      ids.push(...added.map(({ id }) => id).sort((a, b) => a - b));
    }
    for (const [index, { parent }] of tasks.entries()) {
      if (parent === undefined) continue;
      await tx.updateTable("tasks").set({ parent_task_id: ids[parent] ?? null })
        .where("id", "=", ids[index] ?? 0).execute();
    }
    const links = tasks.flatMap(({ after = [] }, index) =>
      after.map((other) => ({ task_id: ids[index] ?? 0, depends_on_id: ids[other] ?? 0 }))
    );
    for (let start = 0; start < links.length; start += 500) {
      await tx.insertInto("task_dependencies").values(links.slice(start, start + 500)).execute();
    }
    return ids;
  });
}

/** Adds what a calendar says of the time of a person. */
export async function addEvents(
  { app }: TestApp,
  user_id: string,
  events: readonly Event[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ starts, ends, busy = 1, title }, index) => ({
    ...{ user_id, calendar: "Team", uid: `event ${index}`, title: title ?? `Event ${index}` },
    ...{ starts, ends, busy },
    ...STAMPS,
  }));
  await app.db.write(user_id, (tx) => tx.insertInto("calendar_events").values(rows).execute());
}
