import { AppError, quote, shorten } from "../../errors.ts";
import { isSeen } from "../../insights/one_line.ts";
import { goalContext } from "../../insights/goal_context.ts";
import { brief } from "../../life/fields.ts";
import { deadlineIn } from "../../life/deadline.ts";
import { echoOf } from "../../life/dates.ts";
import { fold } from "../../life/terms.ts";
import type { Meant } from "../../planning/decompose.ts";
import type { Clock } from "../../planning/goal/schedule.ts";
import type { ToolContext } from "../tool.ts";

/** How a goal is named: by its id, or by what it is. */
export interface Naming {
  readonly goal_id?: number | undefined;
  readonly goal_description?: string | undefined;
  readonly context?: string | undefined;
}

/** In characters. */
const LONGEST_TITLE = 120;
const LONGEST_DESCRIPTION = 4000;
const LONGEST_MEMORY = 1000;

const MOST_MEMORIES = 5;

/** @throws AppError `not_found`; `invalid_input` where the goal is not named */
export async function goalMeant(
  naming: Naming,
  context: ToolContext,
  clock: Clock,
): Promise<Meant> {
  const { goal_id, goal_description = "" } = naming;
  if (goal_id !== undefined) return await existing(goal_id, naming, context);
  if (isSeen(goal_description)) {
    return await described(goal_description.trim(), naming, context, clock);
  }
  throw new AppError(
    "invalid_input",
    "Cannot decompose a goal as neither goal_id nor goal_description is given",
    "give goal_id, which list_goals shows, or say in goal_description what is to be reached",
  );
}

async function existing(
  goal_id: number,
  { goal_description, context: said }: Naming,
  context: ToolContext,
): Promise<Meant> {
  const { db, actor } = context;
  const { goal, tasks: { tasks, total } } = await goalContext(db, actor, goal_id);
  const { title, description, status, target_date, owner } = goal;
  const shown = tasks.map(({ title, status, due_date, estimated_duration }) => ({
    ...{ title, status, due_date, estimated_duration },
  }));
  const isDone = ({ status }: { status: string }) => status === "completed";
  const besides = [goal_description, said].filter((text) => text !== undefined).join("\n");
  return {
    owner,
    goal: { id: goal_id, title, description, status, target_date, told: null },
    facts: {
      goal: { title, description: brief(description, LONGEST_DESCRIPTION), target_date },
      open_tasks: shown.filter((task) => !isDone(task)),
      done_tasks: shown.filter(isDone),
      memories: await memoriesOf(`${title}\n${description ?? ""}`, context),
      context: besides === "" ? null : besides,
    },
    notes: [
      ...(status === "active" ? [] : [`the goal is ${status}`]),
      ...(total > tasks.length ? [`of ${total} tasks a model is told ${tasks.length}`] : []),
    ],
  };
}

async function described(
  text: string,
  { context: said }: Naming,
  context: ToolContext,
  { now, zone, day }: Clock,
): Promise<Meant> {
  const { life, actor } = context;
  const title = titleIn(text);
  const goal = { title, description: text === title ? null : text, target_date: null };
  const { goals } = await life.goals.list(actor, { query: title, limit: 10 });
  const reading = { field: "goal_description", zone, now, toward: "future" } as const;
  const deadline = await deadlineIn(text, reading);
  const told = deadline !== undefined && deadline >= day ? deadline : null;
  const namesake = goals.find((goal) => fold(goal.title) === fold(title));
  return {
    goal: { id: null, status: "active", told, ...goal },
    facts: {
      ...{ goal, open_tasks: [], done_tasks: [], context: said ?? null },
      memories: await memoriesOf(text, context),
    },
    notes: [
      ...(told === null ? [] : [
        `${echoOf(told)} is read from goal_description as target date; apply_plan sets it`,
      ]),
      ...(namesake
        ? [`goal ${namesake.id} is called ${quote(title)} too: give its goal_id to plan for it`]
        : []),
      ...(actor.areas === undefined ? [] : [
        "this key works only in some life areas, so the plan cannot be applied: create the goal with " +
        "a life_area_id, and call decompose_goal with its goal_id",
      ]),
    ],
  };
}

/** The first sentence that is seen. */
function titleIn(text: string): string {
  const first = text.split(/[\n\r\u0085\u2028\u2029]|(?<=[.!?])\s+/).find(isSeen) ?? text;
  return shorten(first.trim(), LONGEST_TITLE);
}

async function memoriesOf(text: string, { search, actor, signal }: ToolContext) {
  const query = { query: shorten(text, 500), limit: MOST_MEMORIES };
  const { memories } = await search.memories(actor, query, signal);
  return memories.map(({ content, memory_type, source }) => ({
    ...{ memory_type, source, content: brief(content, LONGEST_MEMORY) },
  }));
}
