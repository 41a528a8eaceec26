import type { Database } from "../db/db.ts";
import { AppError } from "../errors.ts";
import type { Actor } from "../life/actor.ts";
import { echoOf, resolveWhen, type When } from "../life/dates.ts";
import { tasksTitled } from "../life/tasks/titles.ts";
import { type Ask, draftsFrom } from "./goal/conversation.ts";
import { PLAN_SCHEMA, type Read } from "./goal/drafts.ts";
import type { DraftTask, PlannedGoal, PlannedTask } from "./goal/plan.ts";
import { type GoalFacts, INSTRUCTIONS, IS_DATA, questionOf } from "./goal/question.ts";
import { type Clock, windowOf } from "./goal/schedule.ts";
import { suggest, type Suggested } from "./goal/suggest.ts";
import { templateTasks } from "./goal/template.ts";
import type { PlanningModel } from "./model.ts";
import { keepPlan, PLAN_LASTS_MS } from "./plans.ts";

/** Who suggests tasks: the client's model, the operator's, or nobody. */
export const SOURCES = ["client_model", "endpoint", "worksheet"] as const;
export type Source = typeof SOURCES[number];

/** A goal that is to be taken apart, with what a model needs to know of it. */
export interface Meant {
  /** Whose goal it is, where that is not the caller. */
  readonly owner?: string | undefined;
  readonly goal: PlannedGoal;
  readonly facts: GoalFacts;
  readonly notes: readonly string[];
}

/** Who can be asked, and for how long. */
export interface Asking {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What is left of the time for the whole call, in milliseconds. */
  left(): number;
  /** Asks the client's model, which has so many milliseconds left; absent where it has none. */
  readonly client?: ((left: () => number) => Ask) | undefined;
}

/** A plan that is suggested, with the token that has it applied. */
export interface Decomposed {
  readonly goal: PlannedGoal;
  readonly source: Source;
  readonly tasks: readonly PlannedTask[];
  readonly plan_token: string;
  readonly expires_at: string;
  readonly notes: readonly string[];
  /** Where nobody suggested: what whoever reads it needs to write better tasks. */
  readonly worksheet?: {
    readonly instructions: string;
    readonly context: Record<string, unknown>;
    readonly schema: Record<string, unknown>;
  };
}

/** Where plans are kept, and the operator's model, where there is one. */
interface Models {
  readonly db: Database;
  readonly model: PlanningModel | undefined;
}

/** No goal that a model dates is farther away. */
const MOST_YEARS = 20;

/** Of the time that is left, what the client's model has where the operator's can be asked after it. */
const SHARE_OF_CLIENT = 0.6;

/**
 * Takes a goal apart: asks the client's model, else the operator's, else fills in what fits any goal.
 * Keeps the plan, and writes nothing else.
 */
export async function decompose(
  models: Models,
  actor: Actor,
  meant: Meant,
  asking: Asking,
): Promise<Decomposed> {
  const { now } = asking.clock;
  const { source, goal, tasks, notes } = await suggested(models, meant, asking);
  const { window, notes: bounds } = windowOf(targetOf(goal), asking.clock);
  asking.signal.throwIfAborted();
  const plan_token = await keepPlan(
    models.db,
    actor,
    { kind: "goal", goal, window, tasks },
    now,
    meant.owner,
  );
  const expires_at = new Date(now.getTime() + PLAN_LASTS_MS).toISOString();
  return {
    ...{ goal, source, tasks, plan_token, expires_at },
    notes: [...meant.notes, ...bounds, ...notes],
    ...(source === "worksheet"
      ? { worksheet: { ...WORKSHEET, context: { window, ...factsOf(meant, goal) } } }
      : {}),
  };
}

const WORKSHEET = {
  instructions: [
    "The suggested tasks fit any goal. Better ones come from you:",
    INSTRUCTIONS,
    "Write them by the schema, show them to the person, and hand in what they agree to: apply_plan with " +
    "this plan_token and tasks.",
    `What the context holds ${IS_DATA}`,
  ].join("\n"),
  schema: PLAN_SCHEMA,
};

/** When a goal is to be reached: as was told meanwhile, or as it stands. */
export function targetOf({ told, target_date }: PlannedGoal): When | null {
  return told ?? target_date;
}

function factsOf({ facts }: Meant, goal: PlannedGoal): GoalFacts {
  return { ...facts, goal: { ...facts.goal, target_date: targetOf(goal) } };
}

/** The first plan that somebody has, and why those before have none. */
async function suggested(
  { db, model }: Models,
  meant: Meant,
  asking: Asking,
): Promise<Suggested & { source: Source; goal: PlannedGoal }> {
  const { goal } = meant;
  const { clock } = asking;
  const passed: string[] = [];
  const fit = async (drafts: readonly DraftTask[], goal: PlannedGoal) => {
    const titles = goal.id === null
      ? []
      : await tasksTitled(db.read, goal.id, drafts.map(({ title }) => title));
    const { window } = windowOf(targetOf(goal), clock);
    return await suggest(drafts, titles.map(({ title }) => title), window, clock);
  };
  const { window } = windowOf(targetOf(goal), clock);
  const question = questionOf(factsOf(meant, goal), window);
  for (const { source, who, drafts } of tiersOf(model, asking)) {
    const read = await drafts(question);
    if ("wrong" in read) {
      passed.push(`${who} gave no plan: ${read.wrong}`);
      continue;
    }
    const { goal: dated, notes: said } = await withTarget(goal, read.target_date, who, clock);
    const { tasks, notes } = await fit(read.drafts, dated);
    if (tasks.length > 0) {
      return { source, goal: dated, tasks, notes: [...passed, ...said, ...notes] };
    }
    passed.push(`${who} gave no plan: all that it suggests is there already`);
  }
  if (passed.length === 0) passed.push("the client offers no model, and none is configured");
  const { tasks, notes } = await fit(templateTasks(goal.title, window), goal);
  return { source: "worksheet", goal, tasks, notes: [...passed, ...notes] };
}

/** Somebody who may know better tasks than those that fit any goal. */
interface Tier {
  readonly source: Source;
  readonly who: string;
  drafts(question: string): Promise<Read>;
}

function tiersOf(model: PlanningModel | undefined, { client, left, signal }: Asking): Tier[] {
  return [
    ...(client === undefined ? [] : [{
      source: "client_model" as const,
      who: "the client's model",
      drafts: (question: string) => {
        const rest = model === undefined ? 0 : left() * (1 - SHARE_OF_CLIENT);
        return draftsFrom(client(() => left() - rest), question);
      },
    }]),
    ...(model === undefined ? [] : [{
      source: "endpoint" as const,
      who: "the configured model",
      drafts: (question: string) => model.drafts(question, left(), signal),
    }]),
  ];
}

/** A goal that is to be created by the day that a model read of what the person says. */
async function withTarget(
  goal: PlannedGoal,
  said: string | null,
  who: string,
  { now, zone, day }: Clock,
): Promise<{ goal: PlannedGoal; notes: string[] }> {
  if (goal.id !== null || said === null || targetOf(goal) !== null) return { goal, notes: [] };
  const far = (read: string) => [
    `${who} read ${read} as target date, which is left out: it is more than ${MOST_YEARS} years away`,
  ];
  if (/^[3-9]\d{3}-\d\d-\d\d$/.test(said)) return { goal, notes: far(said) };
  try {
    const reading = { field: "target_date", zone, now, toward: "future" } as const;
    const told = (await resolveWhen(said, reading)).slice(0, 10);
    if (told < day) return { goal, notes: [] };
    if (told > yearsLater(day)) return { goal, notes: far(echoOf(told)) };
    const notes = [`${who} read ${echoOf(told)} as target date; apply_plan sets it`];
    return { goal: { ...goal, told }, notes };
  } catch (error) {
    if (error instanceof AppError) return { goal, notes: [] };
    throw error;
  }
}

function yearsLater(day: When): When {
  return `${Number(day.slice(0, 4)) + MOST_YEARS}${day.slice(4)}`;
}
