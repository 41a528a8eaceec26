import { AppError, quote } from "../../errors.ts";
import { echoOf, type When } from "../../life/dates.ts";
import type { Draft } from "../../life/journal.ts";
import { CLOSED_TASK, type TaskRecord } from "../../life/records.ts";
import type { Task } from "../../life/tasks/task.ts";
import { changeTask, shownTask } from "../../life/tasks/write.ts";
import type { Applied, Choice, Chosen } from "../choice.ts";
import { refuseDifferences, stillThere } from "../differences.ts";
import type { DayPlan, Move } from "./plan.ts";

/** Chooses moves of a plan. @throws AppError `invalid_input` for tasks that it does not move */
export function chooseMoves({ moves }: DayPlan, { pick, tasks }: Choice): Chosen {
  if (tasks !== undefined) {
    throw new AppError(
      "invalid_input",
      "Cannot use tasks as the plan of a day moves tasks that are there",
      "leave tasks out; pick names the ids of tasks to move",
    );
  }
  const ids = moves.map(({ task_id }) => task_id);
  const unknown = pick?.find((id) => !ids.includes(id));
  if (unknown !== undefined || ids.length === 0) {
    throw new AppError(
      "invalid_input",
      unknown === undefined
        ? "Cannot apply the plan as it moves no task"
        : `Cannot pick task ${unknown} as the plan does not move it`,
      unknown === undefined ? "the day is as it should be" : `pick among ${ids.join(", ")}`,
    );
  }
  const chosen = moves.filter(({ task_id }) => pick?.includes(task_id) ?? true);
  return { what: { moves: chosen }, apply: (draft) => applyMoves(draft, chosen) };
}

/** Moves tasks to other days, all of them or none. */
async function applyMoves(draft: Draft, moves: readonly Move[]): Promise<Applied> {
  const found: { record: TaskRecord; to: When }[] = [];
  const differences: string[] = [];
  for (const move of moves) {
    const record = await stillThere(draft, "task", move.task_id);
    differences.push(...changesOf(record, move));
    if (record) found.push({ record, to: move.to });
  }
  refuseDifferences(differences, "plan_day");
  const tasks: Task[] = [];
  for (const { record, to } of found) {
    tasks.push(await shownTask(draft, await changeTask(draft, record, { due_date: to })));
  }
  return { tasks };
}

function changesOf(record: TaskRecord | undefined, { task_id, title, from }: Move): string[] {
  const label = `task ${task_id} ${quote(title)}`;
  if (record === undefined) return [`${label} is gone`];
  const dated = (when: When | null) => when === null ? "not set" : echoOf(when);
  return [
    ...(record.title === title ? [] : [`${label} is called ${quote(record.title)}`]),
    ...(CLOSED_TASK.includes(record.status) ? [`${label} is ${record.status}`] : []),
    ...(record.due_date === from
      ? []
      : [`${label}: due_date is ${dated(record.due_date)}, not ${dated(from)}`]),
  ];
}
