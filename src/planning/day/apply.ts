import { AppError, quote } from "../../errors.ts";
import { echoOf, today, type When } from "../../life/dates.ts";
import type { Draft } from "../../life/journal.ts";
import { CLOSED_TASK, type GoalRecord, shelves, type TaskRecord } from "../../life/records.ts";
import type { Task } from "../../life/tasks/task.ts";
import { changeTask, shownTask } from "../../life/tasks/write.ts";
import type { Applied, Choice, Chosen } from "../choice.ts";
import { dated, refuseDifferences, refuseUnknown, stillThere } from "../differences.ts";
import type { DayPlan, KeptMove } from "./plan.ts";

/** Chooses moves of a plan. @throws AppError `invalid_input` for tasks that it does not move */
export function chooseMoves({ moves }: DayPlan, { pick, tasks }: Choice): Chosen {
  if (tasks !== undefined) {
    throw new AppError(
      "invalid_input",
      "Cannot use tasks as the plan of a day moves tasks that are there",
      "leave tasks out; pick names the ids of tasks to move",
    );
  }
  refuseUnknown(pick, moves.map(({ task_id }) => task_id), {
    ...{ nothing: "moves no task", advice: "the day is as it should be" },
  });
  const chosen = moves.filter(({ task_id }) => pick?.includes(task_id) ?? true);
  return { what: { moves: chosen }, apply: (draft) => applyMoves(draft, chosen) };
}

/** Moves tasks to other days, all of them or none. */
async function applyMoves(draft: Draft, moves: readonly KeptMove[]): Promise<Applied> {
  const found: { record: TaskRecord; to: When }[] = [];
  const differences: string[] = [];
  for (const move of moves) {
    const record = await stillThere(draft, "task", move.task_id);
    differences.push(...await changesOf(draft, record, move));
    if (record) found.push({ record, to: move.to });
  }
  refuseDifferences(differences, "plan_day");
  const tasks: Task[] = [];
  for (const { record, to } of found) {
    tasks.push(await shownTask(draft, await changeTask(draft, record, { due_date: to })));
  }
  return { tasks };
}

/** In the words of a difference, what is not as it was when the plan was made. */
async function changesOf(
  draft: Draft,
  record: TaskRecord | undefined,
  move: KeptMove,
): Promise<string[]> {
  const { title, from, to, estimated_duration } = move;
  const label = `task ${move.task_id} ${quote(title)}`;
  if (record === undefined) return [`${label} is gone`];
  const estimated = record.estimated_duration;
  return [
    ...(record.title === title ? [] : [`${label} is called ${quote(record.title)}`]),
    ...(CLOSED_TASK.includes(record.status) ? [`${label} is ${record.status}`] : []),
    ...(record.due_date === from
      ? []
      : [`${label}: due_date is ${dated(record.due_date)}, not ${dated(from)}`]),
    ...(estimated === estimated_duration
      ? []
      : [`${label}: estimated_duration is ${estimated}, not ${estimated_duration}`]),
    ...(to < today(new Date(draft.at), await draft.zone())
      ? [`${label} is to be due on ${echoOf(to)}, and that day is over`]
      : []),
    ...await newBlockers(draft, record, move, label),
    ...boundsOf(await goalOf(draft, record), move, label),
  ];
}

/** What a task has to wait for since. */
async function newBlockers(
  { tx }: Draft,
  { depends_on }: TaskRecord,
  planned: KeptMove,
  label: string,
): Promise<string[]> {
  const others = depends_on.filter((id) => !planned.depends_on.includes(id));
  if (others.length === 0) return [];
  const open = await tx.selectFrom("tasks").select("id").where("id", "in", others)
    .where("deleted_at", "is", null).where("status", "<>", "completed").orderBy("id").execute();
  return open.map(({ id }) => `${label} has to wait for task ${id} now`);
}

async function goalOf({ tx }: Draft, { goal_id }: TaskRecord): Promise<GoalRecord | undefined> {
  return goal_id === null ? undefined : await shelves.goal.find(tx, goal_id);
}

/** What a goal does not let its task do any more. */
function boundsOf(goal: GoalRecord | undefined, move: KeptMove, label: string): string[] {
  if (goal === undefined) return [];
  const { id, status, target_date } = goal;
  const isPast = target_date !== null && move.to > target_date.slice(0, 10);
  return [
    ...(status !== "active" && !move.goal_rests ? [`${label}: its goal ${id} is ${status}`] : []),
    ...(isPast && target_date !== move.goal_target
      ? [
        `${label}: target_date of its goal ${id} is ${dated(target_date)}, before ${
          echoOf(move.to)
        }`,
      ]
      : []),
  ];
}
