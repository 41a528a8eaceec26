import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../../harness.ts";
import { until } from "../../until.ts";
import { type Asking, ERAS, type Json, planOf, plansKept, startAsking } from "./asking.ts";

const GOOD = planOf(
  { title: "Buy shoes", estimated_duration: 60, due_date: "2026-11-25" },
  { title: "Run 5 km", estimated_duration: 60, depends_on: [1], due_date: "2026-11-30" },
);

async function decompose(asking: Asking, goal: object = { target_date: "2026-12-22" }) {
  await using app = await startApp();
  await using ada = await startAsking(app, asking);
  const { goal: { id: goal_id } } = await ada.call("create_goal", { title: "Run", ...goal });
  const plan = await ada.call("decompose_goal", { goal_id });
  return { plan, asked: ada.asked, forms: ada.forms };
}

for (const era of ERAS) {
  Deno.test(`the client's own model takes a goal apart [${era}]`, async () => {
    const { plan, asked } = await decompose({ era, model: [GOOD] });

    assert.equal(plan.source, "client_model");
    assert.deepEqual(
      plan.suggested_tasks.map(({ title, due_date, due_weekday, depends_on }: Json) => [
        ...[title, due_date, due_weekday, depends_on],
      ]),
      [
        ["Buy shoes", "2026-11-25", "Wednesday", []],
        ["Run 5 km", "2026-11-30", "Monday", [1]],
      ],
    );
    assert.deepEqual([plan.worksheet, plan.notes, asked.length], [undefined, [], 1]);
  });

  Deno.test(`a model that answers no plan is told why, and asked once more [${era}]`, async () => {
    const { plan, asked } = await decompose({ era, model: ["I would rather sing", GOOD] });

    assert.deepEqual([plan.source, asked.length], ["client_model", 2]);
    const [question, answer, again] = asked[1].messages;
    assert.deepEqual([question.role, answer.role, again.role], ["user", "assistant", "user"]);
    assert.equal(answer.content.text, "I would rather sing");
    assert.match(again.content.text, /the answer is no JSON/);
  });

  Deno.test(`a model that answers no plan twice leads to the worksheet [${era}]`, async () => {
    const { plan, asked } = await decompose({ era, model: ["{}", "[]", GOOD] });

    assert.deepEqual([plan.source, asked.length], ["worksheet", 2]);
    assert.match(plan.notes.join("\n"), /the client's model gave no plan: tasks: /);
  });

  Deno.test(`a person who tells a target date has it set with the plan [${era}]`, async () => {
    await using app = await startApp();
    const person = () => ({ action: "accept", content: { target_date: "december 22" } });
    await using ada = await startAsking(app, { era, model: [GOOD], person });
    const { goal } = await ada.call("create_goal", { title: "Run" });

    const plan = await ada.call("decompose_goal", { goal_id: goal.id });
    const before = await ada.call("get_goal", { goal_id: goal.id });
    const applied = await ada.call("apply_plan", { plan_token: plan.plan_token });

    assert.equal(before.goal.target_date, null);
    assert.deepEqual([plan.goal.target_date, plan.goal.target_weekday], ["2026-12-22", "Tuesday"]);
    assert.equal(applied.goal.target_date, "2026-12-22");
    assert.deepEqual([ada.forms.length, ada.asked.length], [1, 1]);
  });

  const silences: { says: string; answer: () => Json; note?: RegExp }[] = [
    { says: "declines", answer: () => ({ action: "decline" }) },
    { says: "cancels", answer: () => ({ action: "cancel" }) },
    {
      says: "leaves it empty",
      answer: () => ({ action: "accept", content: { target_date: " " } }),
    },
    {
      says: "tells no date",
      answer: () => ({ action: "accept", content: { target_date: "when pigs fly" } }),
      note: /cannot be read: "when pigs fly"/,
    },
    {
      says: "tells one that is over",
      answer: () => ({ action: "accept", content: { target_date: "2026-01-01" } }),
      note: /2026-01-01, is over/,
    },
  ];
  for (const { says, answer, note = /^the goal has no target date/m } of silences) {
    Deno.test(`a person who ${says} is asked once, and the plan made without [${era}]`, async () => {
      const { plan, forms } = await decompose({ era, model: [GOOD], person: answer }, {});

      assert.deepEqual([plan.source, plan.goal.target_date], ["client_model", null]);
      assert.equal(forms.length, 1);
      assert.match(plan.notes.join("\n"), note);
    });
  }

  Deno.test(`nobody is asked for a target date that is set [${era}]`, async () => {
    const { forms } = await decompose({ era, model: [GOOD], person: () => ({ action: "cancel" }) });

    assert.deepEqual(forms, []);
  });

  onEveryStore(
    `a client that goes away while it is asked leaves nothing [${era}]`,
    async (store) => {
      await using app = await startApp({ store });
      const late = Promise.withResolvers<Json>();
      const ada = await startAsking(app, { era, model: [() => late.promise] });
      const { goal } = await ada.call("create_goal", { title: "Run" });

      const call = ada.call("decompose_goal", { goal_id: goal.id });
      await until(() => ada.asked.length === 1);
      await ada.client.close();
      late.resolve({ role: "assistant", model: "x", content: { type: "text", text: GOOD } });
      await assert.rejects(call);

      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(await plansKept(app), 0);
    },
  );

  Deno.test(`an answer that comes after the call was given up changes nothing [${era}]`, async () => {
    await using app = await startApp();
    const late = Promise.withResolvers<Json>();
    await using ada = await startAsking(app, { era, model: [() => late.promise] });
    const { goal } = await ada.call("create_goal", { title: "Run" });
    const given = { name: "decompose_goal", arguments: { goal_id: goal.id } };

    const call = ada.client.callTool(given, { timeout: 200, maxTotalTimeout: 300 });
    await assert.rejects(call, /[Tt]imed? ?out/);
    late.resolve({ role: "assistant", model: "x", content: { type: "text", text: GOOD } });
    await new Promise((resolve) => setTimeout(resolve, 200));

    assert.equal(await plansKept(app), 0);
  });
}

const refusing: { says: string; answer: () => Json; note: RegExp }[] = [
  {
    says: "refuses",
    answer: () => {
      throw new Error("User rejected sampling request");
    },
    note: /the client's model gave no plan: .*User rejected/,
  },
  {
    says: "answers something else",
    answer: () => ({ mood: "fine" }),
    note: /gave no plan: it answers something else$/m,
  },
  {
    says: "refuses in many lines",
    answer: () => {
      throw new Error("No:\nnot\u2028now");
    },
    note: /gave no plan: .*No: not now$/m,
  },
];
for (const { says, answer, note } of refusing) {
  Deno.test(`a client that ${says} gets the worksheet [2025-11-25]`, async () => {
    const { plan, asked } = await decompose({ era: "2025-11-25", model: [answer] });

    assert.deepEqual([plan.source, asked.length], ["worksheet", 1]);
    assert.match(plan.notes.join("\n"), note);
  });
}

Deno.test("a client that refuses a question to its person gets a plan [2025-11-25]", async () => {
  const person = () => {
    throw new Error("nobody is here");
  };
  const { plan } = await decompose({ era: "2025-11-25", model: [GOOD], person }, {});

  assert.deepEqual([plan.source, plan.goal.target_date], ["client_model", null]);
});
