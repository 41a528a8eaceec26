import assert from "node:assert/strict";
import { onEveryProgram } from "./programs.ts";
import { newPlace, runToEnd } from "./server.ts";

onEveryProgram("a life leaves one store for another, sandboxed as ever", async (program) => {
  using place = newPlace();
  const { path, dataDir } = place;
  const run = (...args: string[]) => runToEnd(program, { dataDir, args });
  await run("call", "create_task", "title=Slates");
  const ways = [["json", "life.json"], ["markdown", "life"], ["csv", "life.csv"]] as const;

  for (const [format, name] of ways) {
    const out = `${path}/${name}`;
    const written = await run("export", "--format", format, "--out", out);
    const again = await run("export", "--format", format, "--out", out, "--yes");
    const read = await run("import", out, "--json");

    assert.deepEqual([written.stderr, written.code, again.code, read.code], ["", 0, 0, 0]);
    assert.equal(JSON.parse(read.stdout).counts.same, 1);
  }
  const names = [...Deno.readDirSync(path)].map(({ name }) => name);
  assert.deepEqual(names.sort(), ["data", "life", "life.csv", "life.json"]);
  const backup = await run("backup", "create", "--out", `${path}/life.selfos.gz`);
  const gone = await run("export", "--out", `${path}/gone/life.json`);
  assert.deepEqual([backup.code, gone.code], [0, 1], backup.stderr);
  assert.match(gone.stderr, /^Error: Cannot write the export to .*gone.*\nTry: /);
});
