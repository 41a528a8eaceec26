import assert from "node:assert/strict";
import { AppError } from "../src/errors.ts";
import {
  enforce,
  holderOf,
  LEVELS,
  matches,
  mayActFor,
  mayGoOn,
  mayRead,
  mayUse,
  type Principal,
} from "../src/permissions.ts";

const globs = [
  { glob: "list_goals", matching: ["list_goals"], other: ["list_goal", "list_goals2", ""] },
  { glob: "*", matching: ["", "a", "list_goals", "*"], other: [] },
  { glob: "**", matching: ["", "a"], other: [] },
  { glob: "", matching: [""], other: ["a"] },
  { glob: "list_*", matching: ["list_", "list_goals"], other: ["list", "enlist_goals"] },
  { glob: "*_goals", matching: ["_goals", "list_goals"], other: ["list_goals_x"] },
  { glob: "a*a", matching: ["aa", "aba"], other: ["a", "ab", "ba"] },
  { glob: "ab*ba", matching: ["abba", "abxba"], other: ["aba", "ab", "ba"] },
  { glob: "*a*b*", matching: ["ab", "xaxbx"], other: ["ba", "a", "b"] },
  { glob: "a*b*c", matching: ["abc", "axbxc", "abcbc"], other: ["acb", "abcx", "ac"] },
  { glob: "a*bc*bc", matching: ["abcbc", "axbcxbc"], other: ["abc", "axbc"] },
  {
    glob: "selfos://users/*/daily/*",
    matching: ["selfos://users/me/daily/2026-11-22"],
    other: ["selfos://users/me/weekly/2026-W47", "selfos://users/me/daily"],
  },
  { glob: "list.goals", matching: ["list.goals"], other: ["list_goals"] },
  { glob: "[a-z]+?", matching: ["[a-z]+?"], other: ["a", "abc"] },
  { glob: "LIST_*", matching: ["LIST_x"], other: ["list_x"] },
];
for (const { glob, matching, other } of globs) {
  Deno.test(`the glob ${JSON.stringify(glob)} matches what it says and nothing else`, () => {
    for (const name of matching) assert.ok(matches(glob, name), name);
    for (const name of other) assert.ok(!matches(glob, name), name);
  });
}

Deno.test("globs agree with a plain, slow definition on every short text", () => {
  const texts = [""];
  for (let start = 0; texts.length < 400; start++) {
    for (const letter of "ab*") texts.push(`${texts[start]}${letter}`);
  }

  for (const glob of texts) {
    for (const name of texts.filter((text) => !text.includes("*"))) {
      assert.equal(matches(glob, name), matchesSlowly(glob, name), `${glob} ${name}`);
    }
  }
});

function matchesSlowly(glob: string, name: string): boolean {
  if (glob === "") return name === "";
  if (glob[0] === "*") {
    return matchesSlowly(glob.slice(1), name) ||
      (name !== "" && matchesSlowly(glob, name.slice(1)));
  }
  return glob[0] === name[0] && name !== "" && matchesSlowly(glob.slice(1), name.slice(1));
}

/** With backtracking, each of these takes longer than the universe has been there. */
const adversarial = [
  { glob: "*a".repeat(1000), name: "a".repeat(2000), expected: true },
  { glob: `${"*a".repeat(1000)}*b`, name: "a".repeat(2000), expected: false },
  { glob: `${"a*".repeat(1000)}b`, name: "a".repeat(2000), expected: false },
  { glob: "*".repeat(2000), name: "a".repeat(2000), expected: true },
  { glob: `${"*".repeat(1999)}b`, name: "a".repeat(2000), expected: false },
  { glob: `*${"a".repeat(1000)}b*`, name: "a".repeat(2000), expected: false },
];
for (const [index, { glob, name, expected }] of adversarial.entries()) {
  Deno.test(`a glob of 2,000 hostile characters is answered (${index})`, () => {
    assert.equal(matches(glob, name), expected);
  });
}

function principal(level: Principal["level"]): Principal {
  return { user_id: "ada", level, id: "local" };
}

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
Deno.test("read_only reads, read_write and admin do everything", () => {
  for (const tool of reading) {
    for (const level of LEVELS) assert.deepEqual(mayUse(principal(level), tool), { allowed: true });
  }
  for (const tool of writing) {
    assert.deepEqual(mayUse(principal("read_only"), tool), {
      allowed: false,
      rule: "level read_only allows list_*, get_*, search_*, query_*, analyze_*, catch_up",
      grant: "level read_write",
    });
    for (const level of ["read_write", "admin"] as const) {
      assert.equal(mayUse(principal(level), tool).allowed, true);
    }
  }
});

Deno.test("only an admin acts for another person", () => {
  for (const level of LEVELS) {
    assert.equal(mayActFor(principal(level), "ada").allowed, true);
    assert.equal(mayActFor(principal(level), "bob").allowed, level === "admin");
  }
  assert.deepEqual(mayActFor(principal("read_write"), "bob"), {
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
  const decision = mayUse(principal("read_only"), "create_goal");

  assert.throws(
    () => enforce(decision, "call create_goal"),
    (error: unknown) =>
      error instanceof AppError && error.code === "permission_denied" &&
      error.message.startsWith("Cannot call create_goal as level read_only allows list_*") &&
      error.advice === "ask the operator for level read_write",
  );
  assert.doesNotThrow(() => enforce({ allowed: true }, "call create_goal"));
});

Deno.test("every level reads every resource; whose it is, is another question", () => {
  for (const level of LEVELS) {
    const principal: Principal = { user_id: "ada", level, id: "local" };
    assert.deepEqual(mayRead(principal, "selfos://tasks/1"), { allowed: true });
  }
});
