import assert from "node:assert/strict";
import { matches, matchesSome } from "../../src/permissions/globs.ts";

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
  const texts = textsOf("ab*", 400);

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
  { glob: `*${"a".repeat(1000)}b*`, name: `${"a".repeat(1500)}b`, expected: true },
  { glob: `*${"ab".repeat(500)}b*`, name: `${"ab".repeat(999)}bb`, expected: true },
];
for (const [index, { glob, name, expected }] of adversarial.entries()) {
  Deno.test(`a glob of 2,000 hostile characters is answered (${index})`, () => {
    assert.equal(matches(glob, name), expected);
  });
}

Deno.test("a glob matches some address of a form where one can be found, and nowhere else", () => {
  const globs = textsOf("a/*", 121);
  const forms = ["", "a", "{x}", "a/{x}", "{x}/a", "{x}/{y}", "a{x}", "{x}a{y}", "{x}{y}", "/{x}/"];
  const addresses = textsOf("a/b", 9841);

  for (const form of forms) {
    const pattern = new RegExp(`^${form.replace(/\{.\}/g, "[^/]+")}$`);
    const ofForm = addresses.filter((address) => pattern.test(address));
    for (const glob of globs) {
      const expected = ofForm.some((address) => matchesSlowly(glob, address));
      assert.equal(matchesSome(glob, form), expected, `${glob} ${form}`);
    }
  }
});

/** The first texts of these letters, shorter ones first. */
function textsOf(letters: string, count: number): string[] {
  const texts = [""];
  for (let start = 0; texts.length < count; start++) {
    for (const letter of letters) texts.push(`${texts[start]}${letter}`);
  }
  return texts;
}
