import assert from "node:assert/strict";
import type { Section } from "../../src/insights/summaries/section.ts";
import { summarize, type Summary } from "../../src/insights/summaries/summary.ts";
import { onEveryStore, startApp, type StoreKind } from "../harness.ts";
import { daysOfWeek, expected, journalOf, plusDays, shownDay } from "./summary_reference.ts";
import { firstArea, newPerson, takeTimed, timedSteps } from "./summary_steps.ts";
import fc from "../properties.ts";

const RUNS: Record<StoreKind, number> = { sqlite: 60, postgres: 6 };
const WEEKS = ["2026-W43", "2026-W44", "2026-W45"];

onEveryStore(
  "a summary says of any history what a look through the journal says",
  async (store) => {
    await using app = await startApp({ store, serves: false });
    const { db } = app.app;
    let person = 0;
    await fc.assert(
      fc.asyncProperty(
        timedSteps,
        fc.constantFrom("monday", "sunday", "wednesday"),
        async (history, weekStart) => {
          const user_id = `person-${++person}`;
          await newPerson(app, user_id, weekStart);
          for (const { after, ...step } of history) {
            app.clock.now = new Date(app.clock.now.getTime() + after * 60_000);
            await takeTimed(app, user_id, step);
          }
          const { now } = app.clock;

          const journal = await journalOf(app, user_id);
          const today = shownDay(now, journal.user["time_zone"]);
          for (const areas of [undefined, await firstArea(app, user_id)]) {
            for (const offset of [-9, -3, -2, -1, 0, 1, 3]) {
              const date = plusDays(today, offset);
              const summary = await summarize(db, { user_id, areas }, { date }, now);
              assert.deepEqual(plain(summary), expected(journal, [date], now, areas), date);
            }
            for (const week of WEEKS) {
              const days = daysOfWeek(week, journal.user["week_start"]);
              const summary = await summarize(db, { user_id, areas }, { week }, now);
              assert.deepEqual(plain(summary), expected(journal, days, now, areas), week);
            }
          }
        },
      ),
      { numRuns: RUNS[store] },
    );
  },
);

/** A summary as the reference writes it. */
function plain(summary: Summary) {
  const { span, today, done, reached, not_done, due, coming, moved, memories, goals } = summary;
  const { life_areas, minutes, without_minutes, withheld } = summary;
  return {
    ...{ from: span.from, to: span.to, today },
    ...{ done: idsIn(done), reached: idsIn(reached), not_done: idsIn(not_done) },
    ...{ due: idsIn(due), coming: idsIn(coming) },
    moved: rowsIn(moved).map(({ title: _, ...move }) => move),
    memories: idsIn(memories),
    goals: rowsIn(goals).map(({ title: _, percent: __, ...goal }) => goal),
    life_areas: life_areas.map(({ name: _, weight: __, ...area }) => area)
      .sort((a, b) => (a.id ?? Infinity) - (b.id ?? Infinity)),
    ...{ minutes, without_minutes },
    ...(withheld === undefined ? {} : { withheld }),
  };
}

function idsIn(section: Section<{ id: number }>): number[] {
  return rowsIn(section).map(({ id }) => id);
}

/** The rows, of which a list this short shows all. */
function rowsIn<Row>({ count, rows }: Section<Row>): readonly Row[] {
  assert.equal(rows.length, count);
  return rows;
}
