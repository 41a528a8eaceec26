import { AppError, quote, shorten } from "../../errors.ts";
import { goalContext } from "../../insights/goal_context.ts";
import { brief } from "../../life/fields.ts";
import { taskTitlesOf } from "../../life/tasks/titles.ts";
import { fold } from "../../life/terms.ts";
import type { PlannedGoal } from "../../planning/goal/plan.ts";
import type { GoalFacts } from "../../planning/goal/question.ts";
import type { ToolContext } from "../tool.ts";

/** How a goal is named: by its id, or by what it is. */
export interface Naming {
  readonly goal_id?: number | undefined;
  readonly goal_description?: string | undefined;
  readonly context?: string | undefined;
}

/** A goal that is to be taken apart, with what a model needs to know of it. */
export interface Meant {
  /** Whose goal it is, where that is not the caller. */
  readonly owner?: string | undefined;
  readonly goal: PlannedGoal;
  readonly facts: GoalFacts;
  /** Of all tasks that it has. */
  readonly titles: readonly string[];
  readonly notes: readonly string[];
}

/** In characters. */
const LONGEST_TITLE = 120;
const LONGEST_DESCRIPTION = 4000;
const LONGEST_MEMORY = 1000;

const MOST_MEMORIES = 5;

/** @throws AppError `not_found`; `invalid_input` where the goal is not named */
export async function goalMeant(naming: Naming, context: ToolContext): Promise<Meant> {
  const { goal_id, goal_description = "" } = naming;
  if (goal_id !== undefined) return await existing(goal_id, naming, context);
  if (goal_description.trim() !== "") {
    return await described(goal_description.trim(), naming, context);
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
    titles: (await taskTitlesOf(db.read, goal_id)).map(({ title }) => title),
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
): Promise<Meant> {
  const { life, actor } = context;
  const title = titleIn(text);
  const goal = { title, description: text === title ? null : text, target_date: null };
  const { goals } = await life.goals.list(actor, { query: title, limit: 10 });
  const namesake = goals.find((goal) => fold(goal.title) === fold(title));
  return {
    goal: { id: null, status: "active", told: null, ...goal },
    facts: {
      ...{ goal, open_tasks: [], done_tasks: [], context: said ?? null },
      memories: await memoriesOf(text, context),
    },
    titles: [],
    notes: [
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

/** The first sentence. */
function titleIn(text: string): string {
  const [first = text] = text.split(/\n|(?<=[.!?])\s+/);
  return shorten(first.trim(), LONGEST_TITLE);
}

async function memoriesOf(text: string, { search, actor, signal }: ToolContext) {
  const query = { query: shorten(text, 500), limit: MOST_MEMORIES };
  const { memories } = await search.memories(actor, query, signal);
  return memories.map(({ content, memory_type, source }) => ({
    ...{ memory_type, source, content: brief(content, LONGEST_MEMORY) },
  }));
}
