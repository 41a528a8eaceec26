import assert from "node:assert/strict";
import { fit, type Fitting, type Obstacle } from "../../../src/planning/day/fit.ts";

/** `9:30` and `2` hours as minutes. */
const at = (time: string) => {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return 60 * hours + minutes;
};
const span = (text: string) => {
  const [from = "", to = ""] = text.split("-");
  return { from: at(from), to: at(to) };
};
const clock = (minute: number) =>
  `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;

type Given = [
  minutes: number,
  more?: { by?: string; after?: number[]; isDivided?: boolean; isOnlyNeeded?: boolean },
];

/** The tasks are numbered from 1 in their order. */
function fitted(free: readonly string[], given: readonly Given[]) {
  const tasks = given.map((
    [minutes, { by, after = [], isDivided = false, isOnlyNeeded = false } = {}],
    index,
  ): Fitting => ({
    id: index + 1,
    minutes,
    waits_for: after,
    isDivided,
    isOnlyNeeded,
    ...(by === undefined ? {} : { by: at(by) }),
  }));
  const { placed, obstacles } = fit(free.map(span), tasks);
  return {
    placed: Object.fromEntries(
      [...placed].sort(([a], [b]) => a - b).map(([id, spans]) => [
        id,
        spans.map(({ from, to }) => `${clock(from)}-${clock(to)}`).join(" "),
      ]),
    ),
    obstacles: Object.fromEntries([...obstacles].map(([id, { is }]) => [id, is])),
  };
}

interface Case {
  readonly free: readonly string[];
  readonly given: readonly Given[];
  readonly placed: Readonly<Record<number, string>>;
  readonly not?: Readonly<Record<number, Obstacle["is"]>>;
}

const cases: Record<string, Case> = {
  "tasks follow each other in their order": {
    free: ["9:00-17:00"],
    given: [[60], [30], [45]],
    placed: { 1: "9:00-10:00", 2: "10:00-10:30", 3: "10:30-11:15" },
  },
  "a task goes where it fits, a shorter one into the gap before it": {
    free: ["9:00-9:30", "10:00-12:00"],
    given: [[60], [30]],
    placed: { 1: "10:00-11:00", 2: "9:00-9:30" },
  },
  "what does not fit leaves room for what comes after it": {
    free: ["9:00-10:00"],
    given: [[61], [60]],
    placed: { 2: "9:00-10:00" },
    not: { 1: "full" },
  },
  "a task fits to the minute": {
    free: ["9:00-10:00"],
    given: [[60]],
    placed: { 1: "9:00-10:00" },
  },
  "a task that no gap is long enough for is parted": {
    free: ["9:00-10:00", "11:00-12:00"],
    given: [[90]],
    placed: { 1: "9:00-10:00 11:00-11:30" },
  },
  "no part is shorter than half an hour": {
    free: ["9:00-10:00", "11:00-12:00"],
    given: [[70]],
    placed: { 1: "9:00-9:40 11:00-11:30" },
  },
  "a gap of less than half an hour takes no part": {
    free: ["9:00-9:29", "10:00-11:00", "12:00-13:00"],
    given: [[90]],
    placed: { 1: "10:00-11:00 12:00-12:30" },
  },
  "a task of less than an hour is never parted": {
    free: ["9:00-9:40", "10:00-10:40"],
    given: [[59]],
    placed: {},
    not: { 1: "full" },
  },
  "what is due at a time ends by then": {
    free: ["9:00-17:00"],
    given: [[60, { by: "17:00" }]],
    placed: { 1: "9:00-10:00" },
  },
  "what is due at a time comes first, the earliest time first": {
    free: ["9:00-17:00"],
    given: [[120], [60, { by: "16:00" }], [60, { by: "12:00" }]],
    placed: { 1: "11:00-13:00", 2: "10:00-11:00", 3: "9:00-10:00" },
  },
  "what cannot end by its time is not done after it": {
    free: ["9:00-9:30", "11:00-17:00"],
    given: [[60, { by: "11:00" }]],
    placed: {},
    not: { 1: "late" },
  },
  "what is due at a time does not push out what matters more": {
    free: ["9:00-17:00"],
    given: [[60], [480, { by: "17:00" }], [60, { by: "10:00" }]],
    placed: { 1: "10:00-11:00", 3: "9:00-10:00" },
    not: { 2: "full" },
  },
  "of two tasks due at one time, the one that matters more has its place": {
    free: ["9:00-17:00"],
    given: [[60, { by: "10:00" }], [30, { by: "10:00" }]],
    placed: { 1: "9:00-10:00" },
    not: { 2: "late" },
  },
  "what another task waits for comes before it": {
    free: ["9:00-17:00"],
    given: [[30, { after: [2] }], [60]],
    placed: { 1: "10:00-10:30", 2: "9:00-10:00" },
  },
  "a chain is done in its order": {
    free: ["9:00-17:00"],
    given: [[30, { after: [2] }], [30, { after: [3] }], [30]],
    placed: { 1: "10:00-10:30", 2: "9:30-10:00", 3: "9:00-9:30" },
  },
  "what waits is not done where that does not fit": {
    free: ["9:00-10:00"],
    given: [[30, { after: [2] }], [90]],
    placed: {},
    not: { 1: "waits", 2: "full" },
  },
  "what waits for a task that is unknown is not done": {
    free: ["9:00-10:00"],
    given: [[30, { after: [99] }]],
    placed: {},
    not: { 1: "waits" },
  },
  "what a task with a time waits for is done by then": {
    free: ["9:00-17:00"],
    given: [[60], [30, { by: "11:00", after: [3] }], [60]],
    placed: { 1: "10:30-11:30", 2: "10:00-10:30", 3: "9:00-10:00" },
  },
  "what cannot be done by the time of what waits for it is done later": {
    free: ["9:00-17:00"],
    given: [[30, { by: "10:00", after: [2] }], [60]],
    placed: { 2: "9:00-10:00" },
    not: { 1: "late" },
  },
  "what waits for a task with a time comes after it": {
    free: ["9:00-17:00"],
    given: [[30, { after: [2] }], [30, { by: "15:00" }]],
    placed: { 1: "9:30-10:00", 2: "9:00-9:30" },
  },
  "what a task waits for that does not fit is not done before what matters more": {
    free: ["9:00-12:00"],
    given: [[300, { after: [3] }], [150], [60]],
    placed: { 2: "9:00-11:30" },
    not: { 1: "waits", 3: "full" },
  },
  "what is done only for another is not done without it": {
    free: ["9:00-12:00"],
    given: [[300, { after: [3] }], [150, { after: [4] }], [20, { isOnlyNeeded: true }], [20, {
      isOnlyNeeded: true,
    }]],
    placed: { 2: "9:20-11:50", 4: "9:00-9:20" },
    not: { 1: "waits", 3: "full" },
  },
  "a task is not done where its subtasks are": {
    free: ["9:00-17:00"],
    given: [[60, { isDivided: true }], [30], [30, { after: [1] }]],
    placed: { 2: "9:00-9:30" },
    not: { 1: "divided", 3: "waits" },
  },
  "tasks that wait for each other are not done": {
    free: ["9:00-17:00"],
    given: [[30, { after: [2] }], [30, { after: [1] }], [30]],
    placed: { 3: "9:00-9:30" },
    not: { 1: "waits", 2: "waits" },
  },
  "nothing fits into no time": { free: [], given: [[5]], placed: {}, not: { 1: "full" } },
};
for (const [name, { free, given, placed, not = {} }] of Object.entries(cases)) {
  Deno.test(name, () => assert.deepEqual(fitted(free, given), { placed, obstacles: not }));
}
