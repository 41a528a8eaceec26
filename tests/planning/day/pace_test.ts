import assert from "node:assert/strict";
import { minutesFor, paceIn } from "../../../src/planning/day/pace.ts";

const timed = (tasks: number, estimated: number, actual: number) => ({ tasks, estimated, actual });

const paces = [
  { when: "nothing is known", of: [], pace: [1, 0, 30] },
  { when: "four tasks tell too little", of: [timed(4, 30, 60)], pace: [1, 4, 30] },
  { when: "five tasks took twice as long", of: [timed(5, 30, 60)], pace: [2, 5, 60] },
  { when: "tasks were done in half the time", of: [timed(6, 60, 30)], pace: [0.5, 6, 30] },
  {
    when: "a clock was forgotten once",
    of: [timed(8, 30, 30), timed(1, 30, 3000)],
    pace: [1, 9, 30],
  },
  { when: "nothing ends ever", of: [timed(9, 5, 500)], pace: [3, 9, 120] },
  { when: "all is done at once", of: [timed(9, 100, 1)], pace: [0.5, 9, 15] },
];
for (const { when, of, pace: [factor, from_tasks, default_minutes] } of paces) {
  Deno.test(`where ${when}, estimates are multiplied by ${factor}`, () => {
    assert.deepEqual(paceIn(of), { factor, from_tasks, default_minutes });
  });
}

Deno.test("an estimate stays as it is where nothing corrects it, else it ends on five minutes", () => {
  const usual = { factor: 1, from_tasks: 0, default_minutes: 30 };
  const slow = { factor: 1.3, from_tasks: 9, default_minutes: 45 };

  assert.deepEqual([7, 45, null, 0].map((minutes) => minutesFor(minutes, usual)), [7, 45, 30, 30]);
  assert.deepEqual([7, 50, null, 1].map((minutes) => minutesFor(minutes, slow)), [10, 65, 45, 5]);
});
