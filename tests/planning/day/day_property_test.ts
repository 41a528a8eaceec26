import assert from "node:assert/strict";
import { addDays, eachDay, momentOf, today } from "../../../src/life/dates.ts";
import { planDay, type PlannedDay } from "../../../src/planning/day/day.ts";
import { onEveryStore, startApp, type TestApp } from "../../harness.ts";
import { addEvents, addTasks, type Event, type Goal, type Task } from "./lives.ts";
import fc from "../../properties.ts";

const DAYS = eachDay({ from: "2026-10-20", to: "2026-11-05" });
const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu"];

interface Life {
  readonly goals: readonly Goal[];
  readonly tasks: readonly Task[];
  readonly events: readonly Event[];
  readonly times: { time_zone: string; work_hours: string; work_days: string[] };
  readonly now: Date;
  readonly ahead: number;
}

const day = fc.constantFrom(...DAYS);
const instant = fc.tuple(day, fc.integer({ min: 0, max: 1439 })).map(([day, minute]) =>
  new Date(Date.parse(day) + minute * 60_000).toISOString()
);
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.tuple(instant, fc.integer({ min: 0, max: 2000 })).map(([starts, minutes]) => ({
    starts,
    ends: new Date(Date.parse(starts) + minutes * 60_000).toISOString(),
  })),
  fc.tuple(day, fc.integer({ min: 0, max: 3 })).map(([starts, days]) => ({
    starts,
    ends: addDays(starts, days),
  })),
);
const task = (index: number): fc.Arbitrary<Task> =>
  fc.record({
    status: fc.constantFrom(
      "pending",
      "pending",
      "pending",
      "in_progress",
      "completed",
      "cancelled",
    ),
    priority: fc.integer({ min: 1, max: 4 }),
    due_date: fc.oneof(
      fc.constant(null),
      day,
      fc.tuple(day, fc.integer({ min: 6, max: 22 })).map(([day, hour]) =>
        `${day}T${String(hour).padStart(2, "0")}:30:00+00:00`
      ),
    ),
    estimated_duration: fc.option(fc.integer({ min: 1, max: 400 })),
    goal: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
    after: index === 0
      ? fc.constant([])
      : fc.uniqueArray(fc.integer({ min: 0, max: index - 1 }), { maxLength: 2 }),
    parent: index === 0
      ? fc.constant(undefined)
      : fc.option(fc.integer({ min: 0, max: index - 1 }), { nil: undefined, freq: 8 }),
  });
const life: fc.Arbitrary<Life> = fc.record({
  goals: fc.tuple(...[0, 1, 2].map(() =>
    fc.record({
      target_date: fc.option(day),
      status: fc.constantFrom("active", "active", "paused", "archived"),
    })
  )),
  tasks: fc.integer({ min: 0, max: 14 }).chain((many) =>
    fc.tuple(...Array.from({ length: many }, (_, index) => task(index)))
  ),
  events: fc.array(event, { maxLength: 3 }),
  times: fc.record({
    time_zone: fc.constantFrom(...ZONES),
    work_hours: fc.constantFrom("09:00-17:00", "00:00-24:00", "06:15-11:45", "00:00-03:30"),
    work_days: fc.constantFrom(["mon", "tue", "wed", "thu", "fri"], ["sun", "mon", "thu"]),
  }),
  now: instant.map((text) => new Date(text)),
  ahead: fc.integer({ min: 0, max: 3 }),
});

let people = 0;

async function planned(app: TestApp, { goals, tasks, events, times, now, ahead }: Life) {
  const user_id = `person-${people++}`;
  await app.app.life.users.create(
    { user_id, principal: "local", client: "test", tool: "test", operator: true },
    {},
  );
  const ids = await addTasks(app, user_id, tasks, goals);
  await addEvents(app, user_id, events);
  const date = addDays(today(now, times.time_zone), ahead);
  const plan = () => planDay(app.app.db, { user_id }, times, date, now);
  const [made, again] = [await plan(), await plan()];
  await app.app.db.write(user_id, async (tx) => {
    for (const { task_id, to } of made.moves) {
      await tx.updateTable("tasks").set({ due_date: to, due_sort: to })
        .where("id", "=", task_id).execute();
    }
  });
  return { plan: made, again, applied: await plan(), ids };
}

/** What a person was promised. */
const agreed = ({ blocks }: PlannedDay) =>
  blocks.map(({ task_id, starts, ends }) => `#${task_id} ${starts}-${ends}`);

const spanOf = ({ starts, ends }: { starts: string; ends: string }) =>
  [Date.parse(starts), Date.parse(ends)] as const;

const CLOSED = new Set(["completed", "cancelled"]);

/** Today, or tomorrow once the working hours of today are over. */
function since({ time_zone, work_hours }: Life["times"], now: Date): string {
  const day = today(now, time_zone);
  const clock = momentOf(now.toISOString(), time_zone).slice(11, 16);
  return clock < work_hours.slice(-5) ? day : addDays(day, 1);
}

function check({ tasks, goals, times, now }: Life, plan: PlannedDay, ids: number[]): void {
  const { blocks, date, moves } = plan;
  const taskOf = (id: number) => tasks[ids.indexOf(id)] as Task;
  const spans = blocks.map(spanOf);
  const taken = [...spans, ...plan.events.map(spanOf)];
  for (const [index, [from, to]] of spans.entries()) {
    assert.ok(from < to && from >= now.getTime());
    assert.equal((to - from) / 60_000, blocks[index]?.minutes);
    for (const [other, [start, end]] of taken.entries()) {
      assert.ok(other === index || end <= from || to <= start, "overlaps");
    }
  }
  const [opens = "", closes = ""] = times.work_hours.split("-");
  for (const { starts, ends } of blocks) {
    assert.ok(starts.startsWith(date) && starts.slice(11, 16) >= opens, starts);
    assert.ok(!ends.startsWith(date) || ends.slice(11, 16) <= closes, ends);
    assert.ok(
      ends.startsWith(date) || (closes === "24:00" && ends.slice(11, 16) === "00:00"),
      ends,
    );
  }
  const sum = blocks.reduce((sum, { minutes }) => sum + minutes, 0);
  assert.deepEqual([plan.planned_minutes, plan.capacity_minutes], [sum, sum + plan.free_minutes]);
  assert.ok(plan.free_minutes >= 0);
  const begins = new Map<number, number>();
  const endings = new Map<number, number>();
  for (const [index, { task_id }] of blocks.entries()) {
    begins.set(task_id, Math.min(begins.get(task_id) ?? Infinity, spans[index]?.[0] ?? 0));
    endings.set(task_id, spans[index]?.[1] ?? 0);
  }
  for (const [id, begin] of begins) {
    const { status, due_date, estimated_duration, after = [] } = taskOf(id);
    assert.ok(["pending", "in_progress"].includes(status));
    const parts = blocks.filter(({ task_id }) => task_id === id);
    const whole = parts.reduce((sum, { minutes }) => sum + minutes, 0);
    assert.equal(whole, estimated_duration ?? 30, "planned twice, or in part");
    assert.ok(parts.length === 1 || parts.every(({ minutes }) => minutes >= 30));
    for (const place of status === "pending" ? after : []) {
      const first = tasks[place] as Task;
      const isDoneBefore = first.due_date !== null && first.due_date < date &&
        first.due_date >= since(times, now) && first.status !== "cancelled";
      const end = endings.get(ids[place] ?? 0) ?? (isDoneBefore ? 0 : Infinity);
      assert.ok(first.status === "completed" || end <= begin, "before what it waits for");
    }
    const isTimed = due_date !== null && due_date.startsWith(date) && due_date.length > 10;
    if (isTimed && Date.parse(due_date) >= now.getTime()) {
      assert.ok((endings.get(id) ?? Infinity) <= Date.parse(due_date), "done after it is due");
    }
    assert.ok(
      !tasks.some(({ parent, status }) => parent === ids.indexOf(id) && !CLOSED.has(status)),
    );
  }
  const unfit = plan.does_not_fit.map(({ task_id }) => task_id);
  assert.ok(unfit.every((id) => !begins.has(id)));
  assert.equal(plan.does_not_fit_total, unfit.length);
  assert.ok(plan.ready_total >= 0);
  assert.equal(new Set(moves.map(({ task_id }) => task_id)).size, moves.length);
  for (const { task_id, from, to } of moves) {
    const { due_date, goal } = taskOf(task_id);
    assert.equal(from, due_date);
    assert.ok(from !== null && from.slice(0, 10) <= date, "a later deadline was moved");
    assert.ok(to >= date && to <= addDays(date, 14));
    assert.equal(begins.has(task_id), to === date);
    const target = goal === undefined ? null : goals[goal]?.target_date;
    assert.ok(!target || to <= target, "past its goal");
  }
}

onEveryStore(
  "a planned day keeps every promise, whatever the life, the events and the zone",
  async (store) => {
    await using app = await startApp({ store, serves: false });
    let blocks = 0;
    let moves = 0;
    await fc.assert(
      fc.asyncProperty(life, async (given) => {
        const { plan, again, applied, ids } = await planned(app, given);

        check(given, plan, ids);
        assert.deepEqual(again, plan);
        assert.deepEqual(agreed(applied), agreed(plan));
        blocks += plan.blocks.length;
        moves += plan.moves.length;
      }),
      { numRuns: store === "sqlite" ? 300 : 80, seed: 7 },
    );
    assert.ok(blocks > 20 && moves > 20, `${blocks} blocks and ${moves} moves were seen`);
  },
);
