import assert from "node:assert/strict";
import { openShell } from "./selfos.ts";

Deno.test("whatever of a folder is not imported is told", async () => {
  await using shell = await openShell();
  const vault = `${shell.directory}/vault`;
  await Deno.mkdir(`${vault}/.obsidian`, { recursive: true });
  await Deno.mkdir(`${vault}/inner`);
  await Deno.writeTextFile(`${vault}/a.md`, "# A\n");
  await Deno.writeTextFile(`${vault}/inner/plain.md`, "Plain text");
  await Deno.writeTextFile(`${vault}/inner/photo.png`, "");
  await Deno.symlink(`${vault}/a.md`, `${vault}/link.md`);

  const done = await shell.run(["import", vault]);

  assert.deepEqual([done.code, done.stderr], [0, ""]);
  assert.match(
    done.stdout,
    new RegExp(
      [
        ...["Read as markdown.", ".obsidian is left out, as it is hidden."],
        "inner/photo.png is left out, as it is no .md or .csv file.",
        "link.md is left out, as it is a link, or no file.",
        "inner/plain.md is left out, as it has no heading and no task.",
        "1 new, 0 updated, 0 already here.",
      ].join("\n"),
    ),
  );
});

Deno.test("a rehearsal shows what would be, and fails where the import would", async () => {
  await using shell = await openShell();
  await Deno.writeTextFile(`${shell.directory}/bad.csv`, "title,due_date\nA,2026-12-01\nB,never\n");

  const shown = await shell.run(["import", "bad.csv", "--dry-run"]);
  const told = await shell.run(["import", "bad.csv", "--dry-run", "--json"]);
  const skipping = await shell.run(["import", "bad.csv", "--dry-run", "--skip-bad"]);

  assert.deepEqual([shown.code, told.code, skipping.code], [1, 1, 0]);
  assert.match(
    shown.stdout,
    /\+ create: task "A"\nx refuse: line 3: .*\n1 new,.* 1 refused\.\nNothing w/,
  );
  const { dry_run, created, problems } = JSON.parse(told.stdout);
  assert.deepEqual([dry_run, created, problems[0].place], [true, ['task "A"'], "line 3"]);
});
