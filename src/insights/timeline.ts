import { type RawBuilder, sql } from "kysely";
import type { Database } from "../db/db.ts";
import { momentOf, weekdayOf, type When } from "../life/dates.ts";
import type { GoalRecord } from "../life/records.ts";
import { type Scope, sharesIn } from "../life/scope.ts";

/** What became of a goal over time. */
export interface Timeline {
  /** Newest last. */
  timeline: GoalEvent[];
  /** Earlier events are left out. */
  timeline_cut?: true;
}

/** On a day in the time zone of the person whose goal it is. */
export interface GoalEvent {
  date: When;
  weekday: string;
  event: "created" | "status" | "target_date" | "tasks_completed";
  /** The value of what changed, before and after. */
  before?: string | null;
  after?: string | null;
  /** How many tasks were completed on the day. */
  tasks?: number;
}

/** So many events are shown, from so many changes and completed tasks, the latest. */
const SHOWN = 50;
const READ_CHANGES = 500;
const READ_TASKS = 5000;

/** What a goal that is seen has gone through: what it was elsewhere is withheld with its past. */
export async function timelineOf(
  db: Database,
  goal: Pick<GoalRecord, "id" | "user_id" | "created_at">,
  scope: Scope,
): Promise<Timeline> {
  const { time_zone: zone } = await db.read.selectFrom("users").select("time_zone")
    .where("id", "=", goal.user_id).executeTakeFirstOrThrow();
  const changes = await changesOf(db, goal, scope);
  const completions = await completionsOf(db, goal.id, zone);
  const events = [
    { at: goal.created_at, event: "created" as const },
    ...changes.events,
    ...completions.events,
  ].sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
  const shown = events.slice(-SHOWN).map(({ at, ...event }) => {
    const date = momentOf(at, zone).slice(0, 10);
    return { date, weekday: weekdayOf(date), ...event };
  });
  const isCut = changes.isCut || completions.isCut || events.length > SHOWN;
  return { timeline: shown, ...(isCut ? { timeline_cut: true as const } : {}) };
}

/** Where the events of one kind are, and whether there are earlier ones. */
interface Found {
  readonly events: (Omit<GoalEvent, "date" | "weekday"> & { readonly at: string })[];
  readonly isCut: boolean;
}

const FOLLOWED = ["status", "target_date"] as const;

async function changesOf(
  { read }: Database,
  { id, user_id }: Pick<GoalRecord, "id" | "user_id">,
  scope: Scope,
): Promise<Found> {
  const rows = await read.selectFrom("change_items")
    .innerJoin("changes", "changes.id", "change_items.change_id")
    .select(["changes.at", "before", "after"])
    .where("entity", "=", "goal").where("entity_id", "=", String(id))
    .where("before", "is not", null).where(isShown(user_id, scope))
    .orderBy("change_id", "desc").orderBy("seq", "desc").limit(READ_CHANGES + 1).execute();
  const events = rows.slice(0, READ_CHANGES).toReversed().flatMap(({ at, before, after }) => {
    const was: Record<string, unknown> = JSON.parse(before ?? "{}");
    const is: Record<string, unknown> = JSON.parse(after ?? "{}");
    return FOLLOWED.filter((field) => was[field] !== is[field]).map((field) => ({
      ...{ at, event: field },
      ...{ before: textOf(was[field]), after: textOf(is[field]) },
    }));
  });
  return { events, isCut: rows.length > READ_CHANGES };
}

/** Whether the goal was in the areas that are seen, before and after a change of it. */
function isShown(owner: string, scope: Scope): RawBuilder<boolean> {
  const areas = owner === scope.user_id
    ? scope.areas
    : sharesIn(scope).filter((share) => share.owner === owner).map(({ area_id }) => area_id);
  if (areas === undefined) return sql<boolean>`1 = 1`;
  const [first] = areas;
  if (first === undefined) return sql<boolean>`1 = 0`;
  const list = sql.join(areas);
  return sql<boolean>`(area_before in (${list}) and area_after in (${list}))`;
}

async function completionsOf({ read }: Database, goal_id: number, zone: string): Promise<Found> {
  const rows = await read.selectFrom("tasks").select("completed_at")
    .where("goal_id", "=", goal_id).where("deleted_at", "is", null)
    .where("status", "=", "completed").where("completed_at", "is not", null)
    .orderBy("completed_at", "desc").limit(READ_TASKS + 1).execute();
  const isCut = rows.length > READ_TASKS;
  const days = new Map<string, { at: string; tasks: number }>();
  for (const { completed_at: at } of rows.slice(0, READ_TASKS)) {
    if (at === null) continue;
    const day = momentOf(at, zone).slice(0, 10);
    const known = days.get(day) ?? { at, tasks: 0 };
    days.set(day, { ...known, tasks: known.tasks + 1 });
  }
  // Of the first day that was read of more, not all tasks may have been.
  const whole = [...days.values()].slice(0, isCut ? -1 : undefined);
  const events = whole.map((day) => ({ ...day, event: "tasks_completed" as const }));
  return { events, isCut };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
