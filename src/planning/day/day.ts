import type { Database } from "../../db/db.ts";
import {
  addDays,
  dayAfter,
  instantOf,
  momentOf,
  today,
  weekdayOf,
  type When,
} from "../../life/dates.ts";
import { type BusyEvent, busyEvents } from "../../life/events.ts";
import type { Scope } from "../../life/scope.ts";
import { adviceFor } from "./advice.ts";
import { type Block, blocksOf } from "./blocks.ts";
import { candidatesFor } from "./candidates.ts";
import { fit } from "./fit.ts";
import {
  closingOf,
  hoursOn,
  minutesIn,
  minutesOf,
  type Span,
  spanOf,
  without,
  type WorkTimes,
} from "./hours.ts";
import { moveOnto, movesAway, type Suggested } from "./moves.ts";
import { notesOf } from "./notes.ts";
import { closedBy, hindranceOf, type Made } from "./obstacles.ts";
import { type Asked, deadlineOf, inOrder, isDue, isPressing } from "./order.ts";
import { minutesFor, type Pace, paceOf } from "./pace.ts";
import { AHEAD_DAYS, roomsAfter } from "./rooms.ts";

/** A day with what is done in it, and when. */
export interface PlannedDay {
  date: When;
  weekday: string;
  time_zone: string;
  /** `HH:MM-HH:MM`; null on a day that is no work day. */
  work_hours: string | null;
  /** Of the working hours, without events and what is over. */
  capacity_minutes: number;
  planned_minutes: number;
  free_minutes: number;
  /** The first of those that take time on the day. */
  events: ShownEvent[];
  events_total: number;
  blocks: Block[];
  /** The first of what is due by then or soon after, or begun, but does not fit. */
  does_not_fit: Unfit[];
  does_not_fit_total: number;
  /** Other tasks that can be begun, and have no place in the day. */
  ready_total: number;
  /** What would be due on another day. */
  moves: Suggested[];
  correction: Pace;
  notes: string[];
}

/** An event with its text as it came from outside. */
export interface ShownEvent {
  title: string;
  starts: When;
  ends: When;
  /** The calendar that it comes from. */
  source: string;
}

/** A task that does not fit into the day. */
export interface Unfit {
  task_id: number;
  title: string;
  minutes: number;
  why: string;
}

const SHOWN = 20;

/**
 * Fits the person's own tasks that are seen into the working hours of a day, what matters most first.
 *
 * @param own a person, and what is seen of their life; of a part of it, events are none
 * @param date a day from today on
 */
export async function planDay(
  db: Database,
  own: Scope,
  times: WorkTimes,
  date: When,
  now: Date,
): Promise<PlannedDay> {
  const { time_zone: zone } = times;
  const asked: Asked = { date, now };
  const present = today(now, zone);
  const pace = await paceOf(db, own, present, zone);
  const events = await eventsFrom(db, own, date, zone);
  const busy = events.map(spanOf);
  const made = madeOf(times, date, busy, now);
  const days = { date, since: made.now < closingOf(present, times) ? present : dayAfter(present) };
  const candidates = await candidatesFor(db, own, days);
  const tasks = inOrder(candidates.tasks, asked).map((task) => ({
    ...task,
    minutes: minutesFor(task.estimated_duration, pace),
    by: deadlineOf(task, asked),
    isDivided: task.divided === 1,
  }));
  const { placed, obstacles, left } = fit(made.free, tasks);
  const closed = closedBy(made);
  const listed = tasks.filter((task) =>
    task.counted === 1 && (closed === undefined ? isPressing(task, asked) : isDue(task, asked))
  );
  const unfit = listed.filter(({ id }) => !placed.has(id)).slice(0, SHOWN);
  const unfit_total = (closed === undefined ? candidates.pressing : candidates.due) -
    listed.filter(({ id }) => placed.has(id)).length;
  const moves = [
    ...tasks.filter(({ id }) => placed.has(id)).flatMap((task) => moveOnto(date, task)),
    ...movesAway(
      unfit.filter((task) => isDue(task, asked) && task.by === undefined && !task.isDivided),
      tasks,
      await roomsAfter(db, own, date, { times, busy, pace }),
      placed,
    ),
  ];
  const known = new Set(tasks.map(({ id }) => id));
  const moved = new Set(moves.map(({ task_id }) => task_id));
  const whyOf = (task: typeof tasks[number]) => {
    const obstacle = obstacles.get(task.id);
    const why = hindranceOf(obstacle, task.minutes, made, left, known);
    const advice = isDue(task, asked) && !moved.has(task.id)
      ? adviceFor(task, obstacle, date, minutesOf(times))
      : undefined;
    return advice === undefined ? why : `${why}; ${advice}`;
  };
  const blocks = blocksOf(tasks, placed, asked, zone);
  const capacity = minutesIn(made.free);
  const planned = blocks.reduce((sum, { minutes }) => sum + minutes, 0);
  const ofDay = events.filter(({ starts, ends }) =>
    starts < instantOf(dayAfter(date), zone) && ends > instantOf(date, zone)
  );
  return {
    ...{ date, weekday: weekdayOf(date), time_zone: zone },
    work_hours: made.hours ? times.work_hours : null,
    capacity_minutes: capacity,
    planned_minutes: planned,
    free_minutes: capacity - planned,
    events: ofDay.slice(0, SHOWN).map((event) => shown(event, zone)),
    events_total: ofDay.length,
    blocks,
    does_not_fit: unfit.map((task) => ({
      task_id: task.id,
      title: task.title,
      minutes: task.minutes,
      why: whyOf(task),
    })),
    does_not_fit_total: unfit_total,
    ready_total: candidates.total - unfit_total -
      tasks.filter(({ id, counted }) => counted === 1 && placed.has(id)).length,
    moves,
    correction: pace,
    notes: notesOf({
      ...{ days, today: present, candidates, closed },
      isNarrow: own.areas !== undefined,
      moves: moves.length,
    }),
  };
}

/** An event is in no life area, so whoever sees only some of those sees none. */
async function eventsFrom(
  db: Database,
  { user_id, areas }: Scope,
  date: When,
  zone: string,
): Promise<BusyEvent[]> {
  if (areas !== undefined) return [];
  return await busyEvents(db, user_id, { from: date, to: addDays(date, AHEAD_DAYS) }, zone);
}

function madeOf(times: WorkTimes, date: When, busy: readonly Span[], present: Date): Made {
  const now = Math.ceil(present.getTime() / 60_000);
  const hours = hoursOn(date, times);
  const over = { from: -Infinity, to: now };
  const free = hours ? without(hours, [over, ...busy]) : [];
  return { time_zone: times.time_zone, hours, free, now };
}

function shown({ title, calendar, starts, ends }: BusyEvent, zone: string): ShownEvent {
  return { title, starts: momentOf(starts, zone), ends: momentOf(ends, zone), source: calendar };
}
