import assert from "node:assert/strict";
import { partOf } from "../../src/places.ts";
import { newWorld } from "./world.ts";

const YESTERDAY = new Date(Date.now() - 86_400_000);

Deno.test("a backup takes nothing away that somebody else has named", async () => {
  await using world = await newWorld();
  const { backups, folder } = world;
  const out = `${folder}/life.selfos.gz`;
  const own = [`${out}.part`, `${folder}/notes.part`, `${folder}/.part`];
  for (const path of [...own, partOf(out), partOf(`${folder}/other.selfos.gz`)]) {
    await Deno.writeTextFile(path, "mine");
    await Deno.utime(path, YESTERDAY, YESTERDAY);
  }

  const { file } = await backups.make({ out });

  assert.equal(file, out);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`);
  assert.deepEqual(names.sort(), [out, ...own].sort());
});

Deno.test("what another backup is writing is not taken away", async () => {
  await using world = await newWorld();
  const { backups, folder } = world;
  const out = `${folder}/life.selfos.gz`;
  await Deno.writeTextFile(partOf(out), "half");

  const refused = await backups.make({ out }).catch((error) => error);

  assert.equal(refused.code, "conflict");
  assert.match(
    refused.message,
    /\.life\.selfos\.gz\.selfos-part is there: another backup writes it/,
  );
  assert.equal(await Deno.readTextFile(partOf(out)), "half");
});
