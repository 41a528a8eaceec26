import assert from "node:assert/strict";
import { openScratch } from "../../src/db/scratch.ts";
import { pagesOf } from "../../src/archive/format/rows.ts";
import { ARCHIVED } from "../../src/archive/format/tables.ts";
import { createHash } from "node:crypto";
import { linesOf } from "../../src/archive/format/rows.ts";
import { tableLine } from "../../src/archive/format/write.ts";
import { fill, newWorld, rowsOf } from "./world.ts";

Deno.test("an archive from before a step of the schema is restored with what the step brings", async () => {
  await using world = await newWorld();
  await using target = await newWorld();
  await fill(world.app, "ada");
  const path = `${world.folder}/older.selfos.gz`;
  await writeOlder(world.app.app.db.read, path);

  await target.backups.restore(path);

  const { changes: were = [], ...before } = await rowsOf(world.app.app, undefined);
  const { changes = [], ...after } = await rowsOf(target.app.app, undefined);
  assert.deepEqual(after, before);
  const table = ARCHIVED.find(({ name }) => name === "changes");
  const moves = table?.columns.findIndex((column) => column === "moves_due") ?? -1;
  assert.deepEqual(changes.map((row) => row.with(moves, 0)), were.map((row) => row.with(moves, 0)));
  assert.ok(changes.some((row) => row[moves] === 1), "the step was not taken");
});

/** As an archive was before changes told whether they move tasks, and before visits were known. */
async function writeOlder(read: Parameters<typeof pagesOf>[0], path: string): Promise<void> {
  await using scratch = openScratch(`${path}.db`);
  await scratch.migrate("0011_arabic_terms");
  const header = `${
    JSON.stringify({
      ...{ format: "selfos-archive", version: 1, id: "older", made_at: "2026-11-22T12:00:00.000Z" },
      ...{ selfos: "0.0.9", store: crypto.randomUUID(), schema: "0011_arabic_terms", people: null },
    })
  }\n`;
  let text = header;
  const tables: Record<string, object> = {};
  for (const table of ARCHIVED) {
    const known = scratch.database.prepare(`pragma table_info(${table.name})`).all();
    const columns = table.columns.filter((column) => known.some(({ name }) => name === column));
    if (columns.length === 0) continue;
    const hash = createHash("sha256");
    let rows = 0;
    const add = (lines: string) => {
      hash.update(lines);
      text += lines;
    };
    add(tableLine(table.name, columns));
    for await (const page of pagesOf(read, table, columns, undefined)) {
      rows += page.length;
      add(linesOf(page));
    }
    tables[table.name] = { rows, sha256: hash.digest("hex") };
  }
  const sum = createHash("sha256").update(header).digest("hex");
  text += `${JSON.stringify({ end: true, header: sum, tables })}\n`;
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(path, packed);
}
