import { AppError, quote } from "../../errors.ts";
import { echoOf, today } from "../../life/dates.ts";
import { changeGoal, insertGoal, shownGoal } from "../../life/goals/write.ts";
import type { Draft } from "../../life/journal.ts";
import type { GoalRecord, TaskRecord } from "../../life/records.ts";
import type { Task } from "../../life/tasks/task.ts";
import { tasksTitled } from "../../life/tasks/titles.ts";
import { insertTask, shownTask } from "../../life/tasks/write.ts";
import { fold } from "../../life/terms.ts";
import type { Applied, Choice, Chosen } from "../choice.ts";
import { dated, refuseDifferences, refuseUnknown, stillThere } from "../differences.ts";
import { readTasks } from "./drafts.ts";
import { firstFirst, keeping } from "./order.ts";
import type { DraftTask, GoalPlan, PlannedGoal, PlannedTask } from "./plan.ts";
import { schedule } from "./schedule.ts";

/** What is created: tasks of the plan, or others instead of them. */
type ChosenTasks =
  | { readonly planned: readonly PlannedTask[] }
  | { readonly given: readonly DraftTask[] };

/** Chooses tasks of a plan. @throws AppError `invalid_input` for tasks that are none, or not there */
export function chooseTasks(plan: GoalPlan, choice: Choice): Chosen {
  const what = chosenIn(plan, choice);
  return { what, apply: (draft, made) => applyGoalPlan(draft, made, plan, what) };
}

function chosenIn({ tasks: planned }: GoalPlan, { pick, tasks }: Choice): ChosenTasks {
  if (tasks === undefined) return { planned: picked(planned, pick) };
  const read = readTasks(tasks);
  if ("drafts" in read) return { given: picked(firstFirst(read.drafts) ?? [], pick) };
  throw new AppError(
    "invalid_input",
    `Cannot use tasks as ${read.wrong}`,
    "fill in the worksheet of decompose_goal by its schema",
  );
}

/** Creates the tasks, and the goal where it is new. */
async function applyGoalPlan(
  draft: Draft,
  made: string,
  { goal: planned, window }: GoalPlan,
  chosen: ChosenTasks,
): Promise<Applied> {
  const found = planned.id === null ? undefined : await stillThere(draft, "goal", planned.id);
  const { tasks, notes } = await scheduled(draft, chosen, window);
  refuseDifferences([
    ...planned.id === null
      ? await goalsSince(draft, made, planned)
      : found === undefined
      ? [`goal ${planned.id} ${quote(planned.title)} is gone`]
      : [...changesOf(found, planned), ...await namesakes(draft, found.id, tasks)],
    ...await daysOver(draft, tasks),
  ], "decompose_goal");
  const goal = await goalOf(draft, found, planned);
  const created = new Map<number, TaskRecord>();
  for (const { order, depends_on, ...task } of tasks) {
    const before = depends_on.flatMap((order) => created.get(order)?.id ?? []);
    created.set(order, await insertTask(draft, { ...task, goal_id: goal.id, depends_on: before }));
  }
  const shown: Task[] = [];
  for (const record of created.values()) shown.push(await shownTask(draft, record));
  return {
    ...{ goal: await shownGoal(draft, goal), tasks: shown },
    ...(notes.length > 0 ? { notes: [...notes] } : {}),
  };
}

function picked<T extends DraftTask>(
  tasks: readonly T[],
  pick: readonly number[] | undefined,
): T[] {
  refuseUnknown(pick, tasks.map(({ order }) => order), {
    nothing: "has no tasks",
    advice: "give tasks, as the worksheet of decompose_goal says",
  });
  return keeping(tasks, ({ order }) => pick?.includes(order) ?? true);
}

/** With dates in what is left of the window, where they are handed in, or some are over. */
async function scheduled(
  draft: Draft,
  chosen: ChosenTasks,
  { from, to }: GoalPlan["window"],
): Promise<{ tasks: readonly PlannedTask[]; notes: readonly string[] }> {
  const zone = await draft.zone();
  const day = today(draft.now, zone);
  if ("planned" in chosen && chosen.planned.every(({ due_date }) => due_date >= day)) {
    return { tasks: chosen.planned, notes: [] };
  }
  const drafts = "planned" in chosen ? chosen.planned : chosen.given;
  const begun = from < day ? day : from;
  return await schedule(drafts, { from: begun < to ? begun : to, to }, {
    ...{ now: draft.now, zone, day },
  });
}

/** Tasks that would be due on days which are over now, whenever it was agreed to them. */
async function daysOver(draft: Draft, tasks: readonly PlannedTask[]): Promise<string[]> {
  const day = today(new Date(draft.at), await draft.zone());
  return tasks.filter(({ due_date }) => due_date < day).map(({ title, due_date }) =>
    `${quote(title)} is to be due on ${echoOf(due_date)}, which is over`
  );
}

/** Goals of the same title that were created since, as by another plan for the same. */
async function goalsSince(
  { tx, user_id, actor: { areas } }: Draft,
  made: string,
  { title }: PlannedGoal,
): Promise<string[]> {
  if (areas !== undefined) return [];
  const goals = await tx.selectFrom("goals").select(["id", "title"])
    .where("user_id", "=", user_id).where("deleted_at", "is", null)
    .where("created_at", ">=", made).orderBy("id").execute();
  return goals.filter((goal) => fold(goal.title) === fold(title))
    .map((goal) => `goal ${goal.id} ${quote(goal.title)} was created since`);
}

const FOLLOWED = ["title", "description", "status", "target_date"] as const;

function changesOf(found: GoalRecord, planned: PlannedGoal): string[] {
  return FOLLOWED.filter((field) => found[field] !== planned[field]).map((field) => {
    const [is, was] = [found[field], planned[field]].map((value) =>
      field === "target_date" ? dated(value) : quote(value)
    );
    return `goal ${found.id}: ${field} is ${is}, not ${was}`;
  });
}

/** Tasks of the goal that have the title of one which is to be created. */
async function namesakes(
  { tx }: Draft,
  goal_id: number,
  tasks: readonly PlannedTask[],
): Promise<string[]> {
  const there = await tasksTitled(tx, goal_id, tasks.map(({ title }) => title));
  return there.map(({ id, title }) => `the goal has task ${id} ${quote(title)} already`);
}

async function goalOf(
  draft: Draft,
  found: GoalRecord | undefined,
  { title, description, told }: PlannedGoal,
): Promise<GoalRecord> {
  if (found === undefined) {
    return await insertGoal(draft, { title, description, target_date: told });
  }
  return told === null ? found : await changeGoal(draft, found, { target_date: told });
}
