import assert from "node:assert/strict";
import {
  type CatchUp,
  costOf,
  type Everything,
  fitting,
  type Section,
  tokensIn,
} from "../../src/insights/catch_up/fit.ts";
import { summaryOf, wordsOf } from "../../src/insights/catch_up/steps.ts";
import { textOf } from "../../src/insights/catch_up/text.ts";
import fc from "../properties.ts";

const SECTIONS = ["overdue", "due_today", "completed", "changes", "memories", "own"] as const;

/** What there is to tell, with lists of these lengths. */
function everything(lengths: Partial<Record<Section, number>>, title = "Buy milk"): Everything {
  const due = { title, due_date: "2026-11-20" };
  const news = { entity: "task", title, what: "created" };
  const by = { by: "phone", tool: "create_task", at: "2026-11-22T13:00+01:00" };
  const list = <T>(section: Section, one: T) => {
    const count = lengths[section] ?? 0;
    return { lines: Array.from({ length: count }, (_, at) => ({ id: at + 1, ...one })), count };
  };
  return {
    ...{ since: "2026-11-22T12:00+01:00", first_visit: false, repeated: false },
    ...{ undone: 0, older: 0, withheld: 0 },
    overdue: list("overdue", due),
    due_today: list("due_today", due),
    completed: list("completed", { ...news, ...by }),
    changes: list("changes", { ...news, ...by }),
    memories: list("memories", { ...news, ...by }),
    own: list("own", news),
  };
}

function listed(answer: CatchUp): number[] {
  return SECTIONS.map((section) => answer[section]?.length ?? 0);
}

const ALL = { overdue: 9, due_today: 9, completed: 9, changes: 9, memories: 9, own: 9 };

Deno.test("as the budget shrinks, what stays is in a fixed order", () => {
  const order: string[] = [];
  let before = listed(fitting(everything(ALL), 8000));

  for (let budget = costOf(fitting(everything(ALL), 8000)); budget >= 50; budget--) {
    const now = listed(fitting(everything(ALL), budget));
    for (const [index, section] of SECTIONS.entries()) {
      for (let gone = now[index]!; gone < before[index]!; gone++) order.push(section);
    }
    before = now;
  }

  const rounds = [4, 5].flatMap((lines) =>
    ["own", "memories", "completed", "changes", "due_today", "overdue"]
      .flatMap((section) => Array(lines).fill(section))
  );
  assert.deepEqual(order, rounds);
});

Deno.test("what is left out is counted, and with what is listed it is all there is", () => {
  const answer = fitting(everything(ALL), 400);

  assert.deepEqual(answer.totals, ALL);
  for (const section of SECTIONS) {
    assert.equal((answer[section]?.length ?? 0) + (answer.left_out[section] ?? 0), 9);
  }
  assert.match(textOf(answer), /^Not listed: .*\b9 own\.$/m);
});

Deno.test("the smallest budget has room for the counts of a life in which much went on", () => {
  const totals = {
    ...{ overdue: 10_000, due_today: 10_000, completed: 100 },
    ...{ changes: 100, memories: 100, own: 700 },
  };
  const lists = Object.entries(totals).map(([section, count]) => [section, { lines: [], count }]);
  const much = {
    ...everything({}),
    ...Object.fromEntries(lists),
    ...{ first_visit: true, undone: 999, older: 19_000, withheld: 100_000 },
  };

  const answer = fitting(much, 50);

  assert.ok(costOf(answer) <= 50, `${costOf(answer)}: ${JSON.stringify(answer)}`);
  assert.equal(answer.totals, undefined);
  assert.deepEqual(answer.left_out, { ...totals, older: 19_000 });
});

Deno.test("a token is four ASCII characters, or any other one", () => {
  assert.deepEqual(["", "abcd", "abcde", "牛乳", "né", "👍🏽"].map(tokensIn), [0, 1, 2, 2, 2, 2]);
});

const lengths = fc.record(
  Object.fromEntries(SECTIONS.map((section) => [section, fc.nat(30)])) as Record<
    Section,
    fc.Arbitrary<number>
  >,
);
const budget = fc.oneof(fc.integer({ min: 50, max: 8000 }), fc.integer({ min: 50, max: 300 }));
const title = fc.oneof(
  fc.string({ maxLength: 60, unit: "grapheme" }),
  fc.constant('\u0001"\\'.repeat(20)),
);

Deno.test("no answer costs more than its budget, and a larger budget never tells less", () => {
  fc.assert(fc.property(lengths, title, budget, budget, (lengths, title, one, other) => {
    const all = everything(lengths, title);
    const [less, more] = [Math.min(one, other), Math.max(one, other)];

    const [small, large] = [fitting(all, less), fitting(all, more)];

    assert.ok(costOf(small) <= less, `${costOf(small)} for ${less}`);
    assert.ok(costOf(large) <= more, `${costOf(large)} for ${more}`);
    const told = listed(large);
    for (const [index, count] of listed(small).entries()) assert.ok(count <= told[index]!);
    for (const section of SECTIONS) {
      const list: readonly unknown[] = small[section] ?? [];
      assert.equal(list.length + (small.left_out[section] ?? 0), lengths[section]);
      assert.deepEqual(list, all[section].lines.slice(0, list.length));
    }
  }));
});

const task = { title: "Milk", status: "pending", priority: 3, due_date: null, deleted_at: null };
const changes = [
  { to: { title: "Oat milk" }, words: ["renamed"] },
  { to: { status: "completed", completed_at: "now", next_task_id: 2 }, words: ["completed"] },
  { to: { status: "in_progress" }, words: ["started"] },
  { to: { due_date: "2026-11-27", occurrence_date: "2026-11-27" }, words: ["rescheduled"] },
  { to: { priority: 1, goal_id: 4 }, words: ["changed priority", "changed goal"] },
  { to: { status: "cancelled", title: "No" }, words: ["renamed", "cancelled"] },
  { to: { deleted_at: "now", title: "No" }, words: ["trashed"] },
  { to: { next_task_id: 2 }, words: [] },
];
for (const { to, words } of changes) {
  Deno.test(`a change of ${Object.keys(to)} is ${words.join(" and ") || "no news"}`, () => {
    assert.deepEqual(wordsOf(task, { ...task, ...to }), words);
  });
}

Deno.test("what became of an item begins with the last that was done, and repeats nothing", () => {
  const words = ["created", "renamed", "changed tags", "renamed", "completed"];

  const summary = summaryOf(words);

  assert.equal(summary, "completed (created, changed tags, renamed)");
  assert.equal(summaryOf(["created"]), "created");
});

Deno.test("where nothing is to be told, the text says so", () => {
  const text = textOf(fitting({ ...everything({}), first_visit: true }, 800));

  assert.equal(
    text,
    "Since Sunday 2026-11-22 12:00 (the first visit): " +
      "nothing changed, and nothing is due.",
  );
});
