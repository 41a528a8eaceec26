import assert from "node:assert/strict";
import { readAnswer } from "../../../src/planning/goal/drafts.ts";

const GOOD = '{"tasks":[{"order":1,"title":" Buy shoes ","goal_id":7}]}';
const TASK = { title: "Buy shoes", description: null, estimated_duration: null, due_date: null };

const good: Record<string, string> = {
  "plain JSON": GOOD,
  "JSON with space around it": `\n  ${GOOD}\n`,
  "JSON in a fence": `\`\`\`json\n${GOOD}\n\`\`\``,
  "JSON in a fence of no language": `\`\`\`\n${GOOD}\n\`\`\`\n`,
  "JSON in a fence between words": `Here you are:\n\n\`\`\`json\n${GOOD}\n\`\`\`\n\nGood luck!`,
  "JSON in a fence of one line": `\`\`\`json ${GOOD} \`\`\``,
  "JSON after prose": `Here {you} are [1]: ${GOOD}`,
  "JSON before prose": `${GOOD}\nIs it {good}?`,
  "JSON after a form that is none": `By {"tasks": …} and {"tasks": []}: ${GOOD} "}`,
  "JSON with brackets in what it says": `So: {"why":"a \\"}]{","tasks":[{"title":"Buy shoes"}]}.`,
  "JSON after thoughts": `<think>\nA \`\`\`fence\`\`\`, or {}?\n</think>\n\n${GOOD}`,
  "JSON in a fence after thoughts": `<think></think>Here:\n\`\`\`\n${GOOD}\n\`\`\``,
  "JSON after thoughts whose beginning was cut off": `Shoes, then.\n</think>\n${GOOD}`,
  "a title over several lines": '[{"title":"\\u0007Buy\\nshoes\\u202e"}]',
  "a list alone": '[{"title":"Buy shoes"}]',
  "nulls for what is left out": '[{"title":"Buy shoes","order":null,"depends_on":null}]',
};
for (const [what, text] of Object.entries(good)) {
  Deno.test(`${what} is read, and what it says besides left out`, () => {
    assert.deepEqual(readAnswer(text), {
      ...{ drafts: [{ order: 1, depends_on: [], ...TASK }], target_date: null },
    });
  });
}

const of = (...tasks: object[]) => JSON.stringify({ tasks });
const bad: { what: string; text: string; says: RegExp }[] = [
  { what: "prose", text: 'A {plan}, [1] and {"tasks": …}', says: /no JSON/ },
  {
    what: "a list of tasks within what is cut off",
    text: '{"tasks":[{"title":"Run","steps":[{"title":"Buy shoes"}]},',
    says: /no JSON/,
  },
  {
    what: "a title of letters that are empty",
    text: of({ title: "\u3164\u2800\uffa0" }),
    says: /tasks\.0\.title: /,
  },
  { what: "half of it", text: GOOD.slice(0, -3), says: /no JSON/ },
  { what: "null", text: "null", says: /the whole: / },
  { what: "no tasks", text: of(), says: /tasks: / },
  {
    what: "too many tasks",
    text: of(...Array.from({ length: 51 }, (_, at) => ({ title: `${at}` }))),
    says: /tasks: .*50/,
  },
  { what: "a task that is text", text: '{"tasks":["Run"]}', says: /tasks\.0: / },
  {
    what: "a title that is not seen",
    text: of({ title: "\u200b\u2060" }),
    says: /tasks\.0\.title: /,
  },
  {
    what: "orders of some tasks alone",
    text: of({ title: "a" }, { title: "b", order: 1 }),
    says: /some tasks have an order and others none/,
  },
  { what: "an empty title", text: of({ title: "" }), says: /tasks\.0\.title: / },
  { what: "a long title", text: of({ title: "x".repeat(501) }), says: /tasks\.0\.title: .*500/ },
  {
    what: "a long description",
    text: of({ title: "a", description: "x".repeat(5001) }),
    says: /5000/,
  },
  {
    what: "a NUL",
    text: of({ title: "a\0b" }),
    says: /tasks\.0\.title: has characters that are no text/,
  },
  { what: "half a surrogate pair", text: of({ title: "a\ud800" }), says: /no text/ },
  {
    what: "an estimate of no minutes",
    text: of({ title: "a", estimated_duration: 0 }),
    says: /estimated_duration/,
  },
  { what: "half an order", text: of({ title: "a", order: 1.5 }), says: /order/ },
  {
    what: "an order twice",
    text: of({ title: "a", order: 1 }, { title: "b", order: 1 }),
    says: /two tasks have the order 1/,
  },
  {
    what: "a title twice",
    text: of({ title: "Run" }, { title: "RÚN" }),
    says: /two tasks have the title "RÚN"/,
  },
  {
    what: "an unknown order",
    text: of({ title: "a", depends_on: [9] }),
    says: /task 1 depends on 9, which is no task/,
  },
  {
    what: "a task that waits for itself",
    text: of({ title: "a", depends_on: [1] }),
    says: /in a circle/,
  },
  {
    what: "a circle",
    text: of({ title: "a", depends_on: [3] }, { title: "b", depends_on: [1] }, {
      title: "c",
      depends_on: [2],
    }),
    says: /in a circle/,
  },
  {
    what: "more than is looked at",
    text: " ".repeat(200_001),
    says: /more than 200000 characters/,
  },
];
for (const { what, text, says } of bad) {
  Deno.test(`an answer with ${what} is no plan, and it is said why`, () => {
    const read = readAnswer(text);

    assert.ok("wrong" in read);
    assert.match(read.wrong, says);
  });
}

for (
  const [what, filling] of [
    ["newlines", "\n"],
    ["spaces", " "],
    ["fences", "```\n"],
    [
      "beginnings",
      '{"',
    ],
    ["lists", '[{"a":1}]'],
    ["escapes", '{"\\"'],
  ] as const
) {
  // What goes back over it again and again takes minutes.
  Deno.test(`an answer of ${what} is read once`, () => {
    const text = `\`\`\`${filling.repeat(199_990 / filling.length)}x`;
    const began = performance.now();

    assert.ok("wrong" in readAnswer(text));
    assert.ok(performance.now() - began < 10_000);
  });
}

Deno.test("a date by which the goal is to be reached is read, and what is none left out", () => {
  const read = (target_date: unknown) =>
    readAnswer(JSON.stringify({ target_date, tasks: [{ title: "Buy shoes" }] }));

  assert.deepEqual(
    ["2027-05-01", " ", 7, null].map((date) => {
      const answer = read(date);
      return "drafts" in answer && answer.target_date;
    }),
    ["2027-05-01", null, null, null],
  );
});
