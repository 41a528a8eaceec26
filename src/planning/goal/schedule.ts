import { AppError } from "../../errors.ts";
import { addDays, eachDay, resolveWhen, type When } from "../../life/dates.ts";
import type { DraftTask, PlannedTask, PlanWindow } from "./plan.ts";

/** So many days a plan has for a goal that is to be reached by no day. */
const OPEN_DAYS = 28;

/** A plan is for so many days at most: later ones say nothing yet. */
const MOST_DAYS = 3660;

/** Minutes that a task is taken to need which has no estimate. */
const USUAL_MINUTES = 60;

/** The person's clock. */
export interface Clock {
  readonly now: Date;
  readonly zone: string;
  /** Which day it is for them. */
  readonly day: When;
}

/** The window of a goal, and what is to be said of it. */
export function windowOf(
  target: When | null,
  { day }: Clock,
): { window: PlanWindow; notes: string[] } {
  const open = (why: string) => ({
    window: { from: day, to: addDays(day, OPEN_DAYS) },
    notes: [`${why}: the due dates are spread over the next ${OPEN_DAYS} days`],
  });
  if (target === null) return open("the goal has no target date");
  const to = target.slice(0, 10);
  if (to < day) return open(`the target date ${to} is over`);
  const last = addDays(day, MOST_DAYS);
  return to > last
    ? { window: { from: day, to: last }, notes: [`the plan goes no further than ${last}`] }
    : { window: { from: day, to }, notes: [] };
}

/**
 * The tasks with due dates within the window, none before what it depends on. Where there is none in
 * it, the window is divided by the estimates of the tasks up to each.
 *
 * @param drafts each after those that it depends on
 */
export async function schedule(
  drafts: readonly DraftTask[],
  window: PlanWindow,
  clock: Clock,
): Promise<{ tasks: PlannedTask[]; notes: string[] }> {
  const shares = sharesOf(drafts, window);
  const due = new Map<number, When>();
  const [spread, moved]: [number[], number[]] = [[], []];
  const tasks: PlannedTask[] = [];
  for (const [index, draft] of drafts.entries()) {
    const given = await dayIn(draft, clock);
    const isWithin = given !== undefined && given >= window.from && given <= window.to;
    const own = isWithin ? given : shares[index] ?? window.to;
    const earliest = draft.depends_on.map((order) => due.get(order) ?? own).sort().at(-1) ?? own;
    const due_date = own < earliest ? earliest : own;
    if (!isWithin) spread.push(draft.order);
    else if (due_date !== own) moved.push(draft.order);
    due.set(draft.order, due_date);
    tasks.push({ ...draft, due_date });
  }
  return { tasks, notes: [...spreadNote(spread, window), ...movedNote(moved)] };
}

/** For each task the day by which its share of the work, with all before it, is done. */
function sharesOf(drafts: readonly DraftTask[], { from, to }: PlanWindow): When[] {
  const days = eachDay({ from, to }).length - 1;
  const minutes = drafts.map(({ estimated_duration }) => estimated_duration ?? USUAL_MINUTES);
  const all = minutes.reduce((sum, one) => sum + one, 0);
  let done = 0;
  return minutes.map((one) => addDays(from, Math.round(days * (done += one) / all)));
}

/** The day that a draft says, in whichever words. */
async function dayIn({ due_date }: DraftTask, { now, zone }: Clock): Promise<When | undefined> {
  if (due_date === null) return undefined;
  try {
    const reading = { field: "due_date", zone, now, toward: "future" } as const;
    return (await resolveWhen(due_date, reading)).slice(0, 10);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function spreadNote(orders: readonly number[], { from, to }: PlanWindow): string[] {
  if (orders.length === 0) return [];
  return [
    `due dates of tasks ${orders.join(", ")} are set by their estimates: they had none from ` +
    `${from} to ${to}`,
  ];
}

function movedNote(orders: readonly number[]): string[] {
  if (orders.length === 0) return [];
  return [`due dates of tasks ${orders.join(", ")} are later: they depend on others`];
}
