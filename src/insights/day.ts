import { type RawBuilder, sql } from "kysely";
import type { Database } from "../db/db.ts";
import {
  addDays,
  dayAfter,
  instantOf,
  instantsOf,
  today,
  weekdayOf,
  type When,
} from "../life/dates.ts";
import { brief } from "../life/fields.ts";
import { type PickedGoals, pickGoals } from "../life/goals/picked.ts";
import { type Memory, shownTo } from "../life/memories/memory.ts";
import { inPart, partsOf, type Scope, type Viewer } from "../life/scope.ts";
import { scopeOf } from "../life/shares.ts";
import { BLOCKED } from "../life/tasks/list.ts";
import { overdueAt } from "../life/tasks/overdue.ts";
import { type PickedTasks, pickTasks } from "../life/tasks/picked.ts";
import { memoriesOfDays } from "./memories_of_days.ts";
import { withheldOf } from "./withheld.ts";

/** What a day of a person holds; each list is the first of it, with how many there are. */
export interface DayOverview {
  date: When;
  weekday: string;
  time_zone: string;
  /** Open and due before the day, or, today, at a time that has passed. */
  overdue: PickedTasks;
  /** Open and due on the day, and not overdue. */
  due: PickedTasks;
  in_progress: PickedTasks;
  /** Ready to begin, and not due by the day. */
  next: PickedTasks;
  /** Completed on the day, the latest first. */
  done: PickedTasks;
  /** Active, with a target date in the past or at most {@linkcode SOON_DAYS} days after the day. */
  goals_due_soon: PickedGoals;
  /** Of what happened on the day, or was remembered then, the latest first. */
  memories: { memories: Memory[]; total: number };
  /** Goals, tasks and memories that are left out, as the caller is narrowed to some life areas. */
  withheld?: number;
}

const SHOWN = 20;
const SHOWN_MEMORIES = 10;
/** Characters of a memory that are shown. */
const LONGEST = 1000;
const SOON_DAYS = 14;

/**
 * What is the person's own of a day, and seen.
 *
 * @param date a day in the person's time zone; today unless told
 * @throws AppError `not_found` when there is no such person
 */
export async function dayOverview(
  db: Database,
  viewer: Viewer,
  now: Date,
  date?: When,
): Promise<DayOverview> {
  const { user_id, areas } = await scopeOf(db, viewer);
  const own: Scope = { user_id, areas };
  const { time_zone: zone } = await db.read.selectFrom("users").select("time_zone")
    .where("id", "=", user_id).executeTakeFirstOrThrow();
  const present = today(now, zone);
  const day = date ?? present;
  const next = dayAfter(day);
  const open = sql`tasks.closed = 0 and tasks.due_date is not null`;
  const [part] = partsOf(own);
  const overdue = day === present
    ? await overdueAt(db, inPart("tasks", part), day, now)
    : sql`tasks.due_sort < ${day}`;
  const pick = (where: RawBuilder<boolean>, order?: RawBuilder<unknown>) =>
    pickTasks(db, own, { where, limit: SHOWN, ...(order ? { order } : {}) });
  const soon = addDays(next, SOON_DAYS);
  return {
    date: day,
    weekday: weekdayOf(day),
    time_zone: zone,
    overdue: await pick(sql`(${open} and ${overdue})`),
    due: await pick(
      sql`(${open} and tasks.due_sort >= ${day} and tasks.due_sort < ${next} and not (${overdue}))`,
    ),
    in_progress: await pick(sql`tasks.status = 'in_progress'`),
    next: await pick(
      sql`(tasks.status = 'pending' and tasks.due_sort >= ${next} and not ${BLOCKED})`,
    ),
    done: await pick(
      sql`(tasks.status = 'completed' and tasks.completed_at >= ${instantOf(day, zone)}
        and tasks.completed_at < ${instantOf(next, zone)})`,
      sql`tasks.completed_at desc, tasks.id desc`,
    ),
    goals_due_soon: await pickGoals(db, own, {
      where: sql`(status = 'active' and target_sort < ${soon})`,
      limit: SHOWN,
    }),
    memories: await memoriesOf(db, own, day, zone),
    ...await withheldOf(db, own),
  };
}

async function memoriesOf(
  db: Database,
  own: Scope,
  day: When,
  zone: string,
): Promise<DayOverview["memories"]> {
  const days = { from: day, to: day, ...instantsOf({ from: day, to: day }, zone) };
  const { count, rows } = await memoriesOfDays(db, own, days, {
    order: "desc",
    limit: SHOWN_MEMORIES,
  });
  const memories = (await shownTo(db.read, rows, own))
    .map((memory) => ({ ...memory, content: brief(memory.content, LONGEST) }));
  return { memories, total: count };
}
