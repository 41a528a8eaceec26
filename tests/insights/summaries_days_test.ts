import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { dayOf, isDate, isWeek, weekNamed, weekOf } from "../../src/insights/summaries/span.ts";
import { instantsOf } from "../../src/life/dates.ts";
import { summarize } from "../../src/insights/summaries/summary.ts";
import { onEveryStore, startApp } from "../harness.ts";
import { daysOfWeek, plusDays, shownDay } from "./summary_reference.ts";

/** Days on which clocks change, or do not, and how many hours they have. */
const DAYS: [zone: string, day: string, hours: number][] = [
  ["America/New_York", "2026-03-08", 23],
  ["America/New_York", "2026-11-01", 25],
  ["Europe/Berlin", "2026-03-29", 23],
  ["Europe/Berlin", "2026-10-25", 25],
  ["Australia/Lord_Howe", "2025-10-05", 23.5],
  ["Australia/Lord_Howe", "2026-04-05", 24.5],
  ["Asia/Kathmandu", "2026-10-25", 24],
  ["America/St_Johns", "2026-03-08", 23],
  ["America/St_Johns", "2025-11-02", 25],
  ["Africa/Casablanca", "2025-02-23", 25],
  ["Africa/Casablanca", "2025-04-06", 23],
  ["Pacific/Apia", "2011-12-30", 0],
  ["Asia/Tehran", "2022-03-22", 23],
  ["Asia/Tehran", "2022-09-21", 25],
  ["Pacific/Chatham", "2026-09-27", 23],
  ["Pacific/Chatham", "2026-04-05", 25],
  ["America/Sao_Paulo", "2018-11-04", 23],
  ["America/Sao_Paulo", "2018-02-17", 25],
  ["UTC", "2026-10-25", 24],
  ["Asia/Tokyo", "2026-10-25", 24],
];

const HOUR = 3_600_000;

onEveryStore("what was done and remembered is on the day that the clock showed", async (store) => {
  await using app = await startApp({ store, serves: false });
  for (const [index, [zone, day, hours]] of DAYS.entries()) {
    const user_id = `person-${index}`;
    await app.app.life.users.create(ownerOf(user_id, "users create"), { time_zone: zone });
    const days = [-1, 0, 1, 2].map((days) => plusDays(day, days));
    const begins = days.map((one) => Date.parse(instantsOfDay(one, zone).start));
    const instants = begins.flatMap((
      begin,
    ) => [begin - 1, begin, begin + 9 * HOUR]);
    const { call } = app.as(user_id);
    for (const instant of new Set(instants)) {
      app.clock.now = new Date(instant);
      const { task } = await call("create_task", { title: "Task" });
      await call("complete_task", { task_id: task.id });
      await call("add_memory", { content: `At ${instant}` });
    }

    const found: unknown[] = [];
    for (const date of days) {
      const { done, memories } = await summarize(app.app.db, { user_id }, { date }, app.clock.now);
      found.push([date, done.count, memories.count]);
    }

    const { start, end } = instantsOfDay(day, zone);
    assert.equal((Date.parse(end) - Date.parse(start)) / HOUR, hours, `${zone} ${day}`);
    const expected = days.map((date) => {
      const count = [...new Set(instants)]
        .filter((instant) => shownDay(new Date(instant), zone) === date).length;
      return [date, count, count];
    });
    assert.deepEqual(found, expected, `${zone} ${day}`);
  }
});

Deno.test("any hour of a year is in exactly one day, and one week, of each zone", () => {
  for (const zone of new Set(DAYS.map(([zone]) => zone))) {
    const calendar = { zone, weekStart: 7 };
    const start = Date.parse("2026-01-01T00:00:00Z");
    for (let hour = 0; hour < 365 * 24; hour += 13) {
      const instant = new Date(start + hour * HOUR).toISOString();
      const day = dayOf(instant, calendar);
      const week = weekNamed(weekOf(day, calendar), calendar);

      assert.equal(day, shownDay(instant, zone));
      for (const span of [{ from: day, to: day }, week]) {
        const { start, end } = instantsOf(span, calendar.zone);
        assert.ok(start <= instant && instant < end, `${zone} ${instant}`);
      }
    }
  }
});

Deno.test("an hour that is shown again after midnight counts to the day that had begun", () => {
  const calendar = { zone: "America/St_Johns", weekStart: 1 };

  // The clock went from 00:01 on Sunday back to 23:01 on Saturday.
  assert.equal(shownDay("2010-11-07T03:00:00.000Z", calendar.zone), "2010-11-06");
  assert.equal(dayOf("2010-11-07T02:29:59.999Z", calendar), "2010-11-06");
  assert.equal(dayOf("2010-11-07T03:00:00.000Z", calendar), "2010-11-07");
});

for (const weekStart of [1, 2, 3, 4, 5, 6, 7]) {
  Deno.test(`with weeks from weekday ${weekStart} on, every day is in exactly one week`, () => {
    const calendar = { zone: "UTC", weekStart };
    let last = "";
    for (let day = "2019-12-20"; day < "2027-01-10"; day = plusDays(day, 1)) {
      const name = weekOf(day, calendar);
      const { from, to } = weekNamed(name, calendar);

      assert.ok(from <= day && day <= to, `${day} is not in ${name}`);
      assert.ok(isWeek(name), name);
      assert.equal(new Date(from).getUTCDay() || 7, weekStart);
      assert.equal(plusDays(from, 6), to);
      assert.equal(name !== last, day === from || last === "", `${name} does not begin on ${day}`);
      last = name;
    }
    for (const name of ["2020-W53", "2021-W01", "2026-W47", "2026-W53"]) {
      const days = daysOfWeek(name, weekStart);
      assert.deepEqual(weekNamed(name, calendar), {
        ...{ kind: "week", name, from: days[0], to: days[6] },
      });
    }
  });
}

Deno.test("weeks from Monday on are the weeks of ISO 8601", () => {
  const cases = {
    "2024-12-30": "2025-W01",
    "2026-11-22": "2026-W47",
    "2026-12-31": "2026-W53",
    "2027-01-03": "2026-W53",
    "2027-01-04": "2027-W01",
    "2021-01-03": "2020-W53",
    "1900-01-01": "1900-W01",
  };
  for (const [day, week] of Object.entries(cases)) {
    assert.equal(weekOf(day, { weekStart: 1 }), week);
  }
});

const NO_DATES = [
  ...["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "1899-12-31", "3000-01-01"],
  ...["2026-1-1", "today", "", "2026-11-22T00:00", "+002026-11-22", "٢٠٢٦-11-22", " 2026-11-22"],
];
const NO_WEEKS = [
  ...["2026-W00", "2026-W54", "2026-W60", "2025-W53", "2026-W7", "2026W47", "2026-w47", ""],
  ...["1899-W52", "3000-W01", "this week", "2026-W47-1", "2026-W-1"],
];
Deno.test("a date or week that does not exist is none", () => {
  assert.deepEqual(NO_DATES.filter(isDate), []);
  assert.deepEqual(NO_WEEKS.filter(isWeek), []);
  assert.ok(["2028-02-29", "1900-01-01", "2999-12-31"].every(isDate));
  assert.ok(["2026-W53", "2020-W53", "1900-W01", "2999-W52"].every(isWeek));
});

function instantsOfDay(day: string, zone: string) {
  return instantsOf({ from: day, to: day }, zone);
}
