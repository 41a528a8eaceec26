import { AppError, quote } from "../../errors.ts";
import { echoOf, today, type When } from "../../life/dates.ts";
import { changeGoal, insertGoal, shownGoal } from "../../life/goals/write.ts";
import type { Draft } from "../../life/journal.ts";
import type { GoalRecord, TaskRecord } from "../../life/records.ts";
import type { Task } from "../../life/tasks/task.ts";
import { taskTitlesOf } from "../../life/tasks/titles.ts";
import { insertTask, shownTask } from "../../life/tasks/write.ts";
import { fold } from "../../life/terms.ts";
import type { Applied, Choice, Chosen } from "../choice.ts";
import { refuseDifferences, stillThere } from "../differences.ts";
import { readTasks } from "./drafts.ts";
import { firstFirst, keeping, renumbered } from "./order.ts";
import type { DraftTask, GoalPlan, PlannedGoal, PlannedTask } from "./plan.ts";
import { schedule } from "./schedule.ts";

/** What is created: tasks of the plan, or others instead of them. */
type ChosenTasks =
  | { readonly planned: readonly PlannedTask[] }
  | { readonly given: readonly DraftTask[] };

/** Chooses tasks of a plan. @throws AppError `invalid_input` for tasks that are none, or not there */
export function chooseTasks(plan: GoalPlan, choice: Choice): Chosen {
  const what = chosenIn(plan, choice);
  return { what, apply: (draft) => applyGoalPlan(draft, plan, what) };
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
  { goal: planned, window }: GoalPlan,
  chosen: ChosenTasks,
): Promise<Applied> {
  const found = planned.id === null ? undefined : await stillThere(draft, "goal", planned.id);
  const tasks = "planned" in chosen ? chosen.planned : await scheduled(draft, chosen.given, window);
  const differences = found === undefined
    ? planned.id === null ? [] : [`goal ${planned.id} ${quote(planned.title)} is gone`]
    : [...changesOf(found, planned), ...await namesakes(draft, found.id, tasks)];
  refuseDifferences(differences, "decompose_goal");
  const goal = await goalOf(draft, found, planned);
  const created = new Map<number, TaskRecord>();
  for (const { order, depends_on, ...task } of tasks) {
    const before = depends_on.flatMap((order) => created.get(order)?.id ?? []);
    created.set(order, await insertTask(draft, { ...task, goal_id: goal.id, depends_on: before }));
  }
  const shown: Task[] = [];
  for (const record of created.values()) shown.push(await shownTask(draft, record));
  return { goal: await shownGoal(draft, goal), tasks: shown };
}

function picked<T extends DraftTask>(
  tasks: readonly T[],
  pick: readonly number[] | undefined,
): T[] {
  const orders = tasks.map(({ order }) => order);
  const unknown = pick?.find((order) => !orders.includes(order));
  if (unknown !== undefined || orders.length === 0) {
    throw new AppError(
      "invalid_input",
      unknown === undefined
        ? "Cannot apply the plan as it has no tasks"
        : `Cannot pick task ${unknown} as the plan has none of that order`,
      unknown === undefined
        ? "give tasks, as the worksheet of decompose_goal says"
        : `pick among ${orders.toSorted((a, b) => a - b).join(", ")}`,
    );
  }
  return keeping(tasks, ({ order }) => pick?.includes(order) ?? true);
}

/** Of a window that has begun meanwhile, what is left. */
async function scheduled(
  draft: Draft,
  given: readonly DraftTask[],
  { from, to }: GoalPlan["window"],
): Promise<PlannedTask[]> {
  const zone = await draft.zone();
  const day = today(draft.now, zone);
  const left = { from: [[from, day].sort().at(-1) ?? from, to].sort()[0] ?? to, to };
  return (await schedule(renumbered(given), left, { now: draft.now, zone, day })).tasks;
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

function dated(when: When | null): string {
  return when === null ? "not set" : echoOf(when);
}

/** Tasks of the goal that have the title of one which is to be created. */
async function namesakes(
  { tx }: Draft,
  goal_id: number,
  tasks: readonly PlannedTask[],
): Promise<string[]> {
  const rows = await taskTitlesOf(tx, goal_id);
  const titles = new Set(tasks.map(({ title }) => fold(title)));
  return rows.filter(({ title }) => titles.has(fold(title)))
    .map(({ id, title }) => `the goal has task ${id} ${quote(title)} already`);
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
