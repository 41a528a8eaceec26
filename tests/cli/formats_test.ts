import assert from "node:assert/strict";
import { partOf, previousOf } from "../../src/places.ts";
import { assertRefused, fill, openShell, type Shell } from "./selfos.ts";

async function filled(shell: Shell): Promise<void> {
  await fill(shell, async ({ users, goals, tasks }, as) => {
    await users.create(as("ada"), {});
    const { goal } = await goals.create(as("local"), { title: "Roof" });
    await tasks.create(as("local"), { title: "Slates", goal_id: goal.id, due_date: "2026-12-01" });
  });
}

const modeOf = async (path: string) => ((await Deno.stat(path)).mode ?? 0) & 0o777;
const namesIn = async (path: string) =>
  (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();

Deno.test("export writes a file for its owner alone, import reads it, undo takes it back", async () => {
  await using shell = await openShell();
  await filled(shell);

  const stdout = await shell.run(["export"]);
  for (const format of ["json", "ics", "csv"]) {
    const done = await shell.json("export", "--format", format, "--out", `life.${format}`);
    assert.deepEqual([done.format, done.tasks], [format, 1]);
    assert.equal(await modeOf(`${shell.directory}/life.${format}`), 0o600);
  }
  const text = await Deno.readTextFile(`${shell.directory}/life.json`);
  const dry = await shell.run(["import", "life.json", "--user", "ada", "--dry-run"]);
  const empty = await shell.json("call", "list_tasks", "--user", "ada");
  const done = await shell.run(["import", "life.json", "--user", "ada"]);
  const again = await shell.run(["import", "life.json", "--user", "ada"]);
  const copy = await shell.run(["export", "--user", "ada"]);
  const undone = await shell.run(["undo", "--last", "--user", "ada"]);
  const after = await shell.json("call", "list_tasks", "--user", "ada");

  assert.deepEqual([stdout.code, stdout.stdout, copy.stdout], [0, text, text]);
  assert.deepEqual(await namesIn(shell.directory), ["data", "life.csv", "life.ics", "life.json"]);
  assert.equal(
    dry.stdout,
    "Read as json. Nothing is changed, this is what would be:\n" +
      '+ create: goal "Roof"\n+ create: task "Slates"\n2 new, 0 updated, 0 already here.\n',
  );
  assert.deepEqual(empty.tasks, []);
  assert.match(
    done.stdout,
    /^Read as json\.\n2 new, 0 updated, 0 already here\.\nUndo it with: selfos undo \d+\n$/,
  );
  assert.match(again.stdout, /0 new, 0 updated, 2 already here\.\nNothing was changed\.\n$/);
  assert.equal(undone.code, 0);
  assert.deepEqual(after.tasks, []);
});

Deno.test("the format of what is imported is found out, or told", async () => {
  await using shell = await openShell();
  const files = {
    "a.json": '{"type":"entity","name":"A","entityType":"x","observations":["A is one"]}\n',
    "b.csv": "TYPE,CONTENT,PRIORITY\ntask,B,1\n",
    "c.csv": "title\nC\n",
    "d.ics":
      "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:d\r\nSUMMARY:D\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
    "e.md": "- [ ] E\n",
    "f.txt": "- [ ] F\n",
    "g.csv": "Title;Status\nG;done\n",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${shell.directory}/${name}`, text);
  }

  const formats = [];
  for (const name of ["a.json", "b.csv", "c.csv", "d.ics", "e.md", "g.csv"]) {
    formats.push((await shell.json("import", name)).format);
  }
  assertRefused(
    await shell.run(["import", "f.txt"]),
    2,
    /Cannot tell what f\.txt is\nTry: {3}name its format: --from json, /,
  );
  await shell.json("import", "f.txt", "--from", "markdown");

  assert.deepEqual(formats, ["memory", "todoist", "csv", "ics", "markdown", "csv"]);
  const { tasks } = await shell.json("call", "list_tasks");
  assert.deepEqual(tasks.map(({ title }: { title: string }) => title).sort(), [..."BCDEFG"]);
});

Deno.test("a folder is written whole, over nothing but an earlier export", async () => {
  await using shell = await openShell();
  await filled(shell);
  const out = `${shell.directory}/life`;
  const write = ["export", "--format", "markdown", "--out", out];

  const first = await shell.run(write);
  await shell.json("call", "update_goal", "goal_id=1", "title=Wall");
  const second = await shell.run(write);
  const names = await namesIn(`${out}/goals`);
  await Deno.writeTextFile(`${out}/diary.md`, "mine");
  const third = await shell.run(write);

  assert.deepEqual([first.code, second.code, first.stderr + second.stderr], [0, 0, ""]);
  assert.match(names.join(), /^wall-[0-9a-f]{8}\.md$/);
  assertRefused(third, 1, /as something else lies there\nTry: {3}choose another --out/);
  assert.equal(await Deno.readTextFile(`${out}/diary.md`), "mine");
  assert.equal(await modeOf(out), 0o700);
  assert.equal(await modeOf(`${out}/goals/${names[0]}`), 0o600);
  assert.deepEqual(await namesIn(shell.directory), ["data", "life"]);
  await Deno.remove(`${out}/diary.md`);
  const back = await shell.json("import", out, "--user", "ada");
  assert.deepEqual([back.format, back.counts.create], ["markdown", 2]);
});

Deno.test("an export replaces what is there only where it is told so", async () => {
  await using shell = await openShell();
  await filled(shell);
  const [file, folder] = [`${shell.directory}/life.json`, `${shell.directory}/life`];
  const write = {
    file: ["export", "--out", file],
    folder: ["export", "--format", "markdown", "--out", folder],
  };
  await Deno.writeTextFile(file, "mine");
  await shell.run(write.folder);
  const notes = { tasks: `${folder}/tasks.md`, index: `${folder}/README.md` };

  const refused = await shell.run(write.file);
  const kept = await Deno.readTextFile(file);
  const done = await shell.run([...write.file, "--yes"]);
  for (const path of Object.values(notes)) {
    const was = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, `${was}- [ ] Edited\n`);
    assertRefused(await shell.run(write.folder), 2, /Cannot ask for conf.*\nTry: {3}add --yes/);
    assert.match(await Deno.readTextFile(path), /Edited/);
    await Deno.writeTextFile(path, was);
  }
  await Deno.writeTextFile(notes.tasks, "- [ ] Edited\n");
  const replaced = await shell.run([...write.folder, "--yes"]);

  assertRefused(refused, 2, /Cannot ask for confirmation.*\nTry: {3}add --yes/);
  assert.deepEqual([kept, done.code, replaced.code], ["mine", 0, 0]);
  assert.match(await Deno.readTextFile(file), /Roof/);
  assert.doesNotMatch(await Deno.readTextFile(notes.tasks), /Edited/);
  assert.deepEqual(await namesIn(shell.directory), ["data", "life", "life.json"]);
});

Deno.test("a folder that a cut short export left beside its place is not lost", async () => {
  await using shell = await openShell();
  await filled(shell);
  const out = `${shell.directory}/life`;
  const write = ["export", "--format", "markdown", "--out", out];
  await shell.run(write);
  await Deno.writeTextFile(`${out}/tasks.md`, "- [ ] Edited\n");
  await Deno.rename(out, previousOf(out));
  await Deno.mkdir(partOf(out));

  const refused = await shell.run(write);

  assertRefused(refused, 2, /Cannot ask for confirmation/);
  assert.equal(await Deno.readTextFile(`${out}/tasks.md`), "- [ ] Edited\n");
  const done = await shell.run([...write, "--yes"]);
  assert.equal(done.code, 0);
  assert.deepEqual(await namesIn(shell.directory), ["data", "life"]);
});

Deno.test("what cannot be read or written is refused, and nothing is left behind", async () => {
  await using shell = await openShell();
  await filled(shell);
  const { directory } = shell;
  await Deno.writeFile(`${directory}/zip.csv`, new Uint8Array([0x50, 0x4b, 3, 4, 0]));
  await Deno.writeFile(`${directory}/latin.csv`, new Uint8Array([0x74, 0xe9, 0x0a]));
  await Deno.writeFile(`${directory}/wide.csv`, new Uint8Array([0xff, 0xfe, 0x74, 0]));
  await Deno.writeFile(`${directory}/null.csv`, new Uint8Array([0x74, 0]));
  using large = await Deno.open(`${directory}/large.json`, { create: true, write: true });
  await large.truncate(100 * 1024 * 1024);
  await Deno.mkdir(`${directory}/empty`);
  await Deno.mkdir(`${directory}/linked`);
  await Deno.mkdir(`${directory}/partly`);
  await Deno.writeTextFile(`${directory}/partly/good.md`, "- [ ] Buy paint\n");
  await Deno.copyFile(`${directory}/latin.csv`, `${directory}/partly/latin.md`);
  await Deno.mkdir(`${directory}/latin`);
  await Deno.copyFile(`${directory}/latin.csv`, `${directory}/latin/latin.md`);
  await Deno.symlink("/etc/passwd", `${directory}/linked/secret.md`);
  await Deno.writeTextFile(`${directory}/bad.csv`, "title,due_date\nA,2026-12-01\nB,never\n");
  const refusals = [
    { argv: ["import"], status: 2, says: /misses an argument/ },
    { argv: ["import", "gone.json"], status: 1, says: /Cannot read .*gone\.json/ },
    { argv: ["import", "zip.csv"], status: 2, says: /ZIP archive\nTry: {3}unpack it/ },
    { argv: ["import", "latin.csv"], status: 2, says: /not valid UTF-8/ },
    { argv: ["import", "wide.csv"], status: 2, says: /UTF-16/ },
    { argv: ["import", "null.csv"], status: 2, says: /it is no text/ },
    { argv: ["import", "large.json"], status: 2, says: /larger than 32 MB/ },
    { argv: ["import", "empty"], status: 2, says: /no \.md or \.csv file is in it/ },
    { argv: ["import", "linked"], status: 2, says: /no \.md or \.csv file is in it/ },
    {
      argv: ["import", "latin"],
      status: 2,
      says: /in it can be read; latin\.md: it is not valid UTF-8/,
    },
    {
      argv: ["import", "partly"],
      status: 2,
      says:
        /1 of 2 rows are bad.*\n- latin\.md: it is not valid UTF-8: save it as UTF-8\nTry: .*--skip-bad/,
    },
    {
      argv: ["import", "bad.csv"],
      status: 2,
      says: /1 of 2 rows are bad.*\n- line 3: .*"never"\nTry: .*--skip-bad/,
    },
    {
      argv: ["import", "bad.csv", "--from", "xml"],
      status: 2,
      says: /--from: format must be one of json/,
    },
    {
      argv: ["import", "bad.csv", "--user", "eve"],
      status: 1,
      says: /Cannot find the person "eve"/,
    },
    { argv: ["export", "--user", "eve"], status: 1, says: /Cannot find the person "eve"/ },
    {
      argv: ["export", "--format", "xml"],
      status: 2,
      says: /--format: format must be one of json/,
    },
    { argv: ["export", "--format", "markdown"], status: 2, says: /to stdout as it is a folder/ },
    {
      argv: ["export", "--out", "gone/life.json"],
      status: 1,
      says: /Cannot write the export to .*gone/,
    },
    { argv: ["export", "--out", "empty"], status: 1, says: /it is a folder/ },
  ] as const;
  const before = await namesIn(directory);

  for (const { argv, status, says } of refusals) {
    assertRefused(await shell.run(argv), status, says);
  }

  assert.deepEqual(await namesIn(directory), before);
  assert.equal((await shell.json("call", "list_tasks")).total, 1);
  const partly = await shell.json("import", "bad.csv", "--skip-bad");
  assert.deepEqual([partly.counts.create, partly.problems.length], [1, 1]);
  const others = await shell.json("import", "partly", "--skip-bad");
  assert.deepEqual([others.counts.create, others.problems.length], [1, 1]);
});

Deno.test("an export answers JSON where that is asked for, or is refused", async () => {
  await using shell = await openShell();
  await filled(shell);

  const { tasks } = await shell.json("export");
  const written = await shell.json("export", "--format", "csv", "--out", "life.csv");
  const refused = await shell.run(["export", "--format", "csv", "--json"]);

  assert.deepEqual([tasks.length, written.path, written.tasks], [
    1,
    `${shell.directory}/life.csv`,
    1,
  ]);
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /goes to stdout itself\nTry: {3}selfos export --format csv --json --out/,
  );
  assert.equal(JSON.parse(refused.stdout).error.code, "usage");
});

Deno.test("export and import may reach the files that they are told, and no others", async () => {
  await using shell = await openShell();
  const reach = async (command: string) => await shell.json("permissions", command);

  const [exporting, importing] = [await reach("export"), await reach("import")];

  for (const { read, write, net } of [exporting, importing]) {
    assert.deepEqual([read, write, net], [
      [`${shell.directory}/data`],
      [`${shell.directory}/data`],
      [],
    ]);
  }
});
