import assert from "node:assert/strict";
import { AppError } from "../src/errors.ts";
import {
  type Action,
  decide,
  enforce,
  holderOf,
  LEVELS,
  mayGoOn,
  type Principal,
} from "../src/permissions.ts";

function principal(level: Principal["level"]): Principal {
  return { user_id: "ada", level, id: "local" };
}

const WRITING = "level read_write, or level propose, whose writes wait for the person";

const reading = [
  "list_goals",
  "get_task",
  "search_memory",
  "query_data",
  "analyze_progress",
  "catch_up",
];
const writing = [
  "create_goal",
  "delete_task",
  "undo",
  "backup_user_data",
  "catch_up_all",
  "relist_goals",
];
Deno.test("read_only reads, the other levels use everything", () => {
  for (const tool of reading) {
    for (const level of LEVELS) {
      assert.deepEqual(decide(principal(level), { use: tool }), { allowed: true });
    }
  }
  for (const tool of writing) {
    assert.deepEqual(decide(principal("read_only"), { use: tool }), {
      allowed: false,
      rule: "level read_only allows list_*, get_*, search_*, query_*, analyze_*, catch_up",
      grant: WRITING,
    });
    for (const level of ["propose", "read_write", "admin"] as const) {
      assert.equal(decide(principal(level), { use: tool }).allowed, true);
    }
  }
});

Deno.test("only an admin acts for another person", () => {
  for (const level of LEVELS) {
    assert.equal(decide(principal(level), { actFor: "ada" }).allowed, true);
    assert.equal(decide(principal(level), { actFor: "bob" }).allowed, level === "admin");
  }
  assert.deepEqual(decide(principal("read_write"), { actFor: "bob" }), {
    allowed: false,
    rule: "level read_write acts only for its own person, ada",
    grant: "level admin",
  });
});

Deno.test("what a holder began goes on with the same one, at the same level or a wider one", () => {
  const holder = holderOf(principal("read_write"));

  assert.deepEqual(LEVELS.filter((level) => mayGoOn(principal(level), holder)), [
    "read_write",
    "admin",
  ]);
  assert.ok(!mayGoOn({ ...principal("admin"), id: "other" }, holder));
});

Deno.test("a denial names the attempt, the rule, and the smallest grant that would do", () => {
  assert.throws(
    () => enforce(principal("read_only"), { use: "create_goal" }),
    (error: unknown) =>
      error instanceof AppError && error.code === "permission_denied" &&
      error.message.startsWith("Cannot call create_goal as level read_only allows list_*") &&
      error.advice === `ask the operator for ${WRITING}`,
  );
  assert.doesNotThrow(() => enforce(principal("read_write"), { use: "create_goal" }));
});

Deno.test("a call for another person names the one level that would do", () => {
  assert.deepEqual(decide(principal("read_only"), { use: "create_goal", actFor: "bob" }), {
    allowed: false,
    rule: "level read_only allows list_*, get_*, search_*, query_*, analyze_*, catch_up, and " +
      "level read_only acts only for its own person, ada",
    grant: "level admin",
  });
  assert.ok(decide(principal("admin"), { use: "create_goal", actFor: "bob" }).allowed);
  assert.ok(decide(principal("read_write"), { use: "create_goal", actFor: "ada" }).allowed);
});

Deno.test("every level reads every resource; whose it is, is another question", () => {
  for (const level of LEVELS) {
    assert.deepEqual(decide(principal(level), { read: "selfos://tasks/1" }), { allowed: true });
  }
});

Deno.test("a key that is narrowed to tools uses those of its level alone", () => {
  const narrow = { ...principal("read_only"), tools: ["*_goals", "create_task"] };

  assert.deepEqual(decide(narrow, { use: "list_goals" }), { allowed: true });
  assert.deepEqual(decide(narrow, { use: "list_tasks" }), {
    allowed: false,
    rule: "the key is narrowed to the tools *_goals, create_task",
    grant: 'a key with --tools "list_tasks"',
  });
  assert.deepEqual(decide(narrow, { use: "create_task" }), {
    allowed: false,
    rule: "level read_only allows list_*, get_*, search_*, query_*, analyze_*, catch_up",
    grant: WRITING,
  });
  assert.deepEqual(decide(narrow, { use: "delete_task" }), {
    allowed: false,
    rule: "level read_only allows list_*, get_*, search_*, query_*, analyze_*, catch_up, and " +
      "the key is narrowed to the tools *_goals, create_task",
    grant: `${WRITING} and a key with --tools "delete_task"`,
  });
});

Deno.test("a key that is narrowed to tools is shown the prompts of those names alone", () => {
  const narrow = { ...principal("read_write"), tools: ["daily_*"] };

  assert.equal(decide(narrow, { prompt: "daily_planning" }).allowed, true);
  assert.equal(decide(narrow, { prompt: "weekly_review" }).allowed, false);
  assert.equal(decide(principal("read_only"), { prompt: "weekly_review" }).allowed, true);
});

Deno.test("a key that is narrowed to resources reads those alone, and is shown forms that hold any", () => {
  const narrow = {
    ...principal("admin"),
    resources: ["selfos://users/*/daily/*", "selfos://tasks/5"],
  };
  const allowed = (action: Action) => decide(narrow, action).allowed;

  assert.equal(allowed({ read: "selfos://users/ada/daily/2026-11-22" }), true);
  assert.equal(allowed({ read: "selfos://users/ada/weekly/2026-W47" }), false);
  assert.equal(allowed({ read: "selfos://tasks/5" }), true);
  assert.equal(allowed({ read: "selfos://tasks/50" }), false);
  assert.equal(allowed({ readAny: "selfos://tasks/{task_id}" }), true);
  assert.equal(allowed({ readAny: "selfos://users/{user_id}/daily/{date}" }), true);
  assert.equal(allowed({ readAny: "selfos://users/{user_id}/weekly/{week}" }), false);
  assert.equal(allowed({ readAny: "selfos://goals/{goal_id}/context" }), false);
});

Deno.test("a key that is narrowed to nothing may do nothing", () => {
  const narrow = { ...principal("admin"), tools: [], resources: [] };

  assert.deepEqual(decide(narrow, { use: "list_goals" }), {
    allowed: false,
    rule: "the key is narrowed to the tools none",
    grant: 'a key with --tools "list_goals"',
  });
  assert.equal(decide(narrow, { read: "selfos://tasks/1" }).allowed, false);
  assert.deepEqual(decide(narrow, { readAny: "selfos://tasks/{task_id}" }), {
    allowed: false,
    rule: "the key is narrowed to the resources none",
    grant: 'a key with --resources "selfos://tasks/*"',
  });
});
