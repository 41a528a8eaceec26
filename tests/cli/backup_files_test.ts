import assert from "node:assert/strict";
import { assertRefused, openShell } from "./selfos.ts";

Deno.test("an archive in the folder where one is needs no path, and comes after one in the folder of backups", async () => {
  await using shell = await openShell();
  await shell.json("call", "create_task", "title=First");
  const { backup: mine } = await shell.json("backup", "create", "--out", "mine.selfos.gz");
  const { backup: kept } = await shell.json("backup", "create");
  const name = `${kept.id}.selfos.gz`;
  for (const copy of [name, kept.id]) {
    await Deno.writeTextFile(`${shell.directory}/${copy}`, "no archive");
  }

  const byName = await shell.json("backup", "restore", "mine.selfos.gz", "--yes");
  const verified = await shell.json("backup", "verify", "mine.selfos.gz");
  const inFolder = await shell.json("backup", "verify", name);
  const byId = await shell.json("backup", "verify", kept.id);
  const byPath = await shell.run(["backup", "verify", `./${name}`]);

  assert.deepEqual(byName.people, ["local"]);
  assert.equal(verified.backup.file, mine.file);
  assert.deepEqual([inFolder.backup.file, byId.backup.file], [kept.file, kept.file]);
  assertRefused(byPath, 1, /does not begin like one/);
});

Deno.test("an archive is written to no folder, whatever is in that", async () => {
  await using shell = await openShell();
  const folder = `${shell.directory}/folder`;
  await Deno.mkdir(`${folder}/deep`, { recursive: true });
  await Deno.symlink("/etc", `${folder}/deep/link`);

  const [toFolder, toNone, toNew] = await Promise.all(
    ["folder", "", "new/"].map((out) => shell.run(["backup", "create", "--out", out])),
  );

  assertRefused(
    toFolder!,
    1,
    /to \/.*\/folder as that is a folder\nTry: .*folder\/life\.selfos\.gz/,
  );
  assertRefused(toNone!, 2, /--out is empty/);
  assertRefused(toNew!, 1, /new\/ as that is a folder\nTry: .*new\/life\.selfos\.gz/);
});

Deno.test({
  name: "folders that may not be used are told of",
  ignore: !await canFreeze(),
  async fn() {
    await using shell = await openShell();
    await shell.json("call", "create_task", "title=First");
    const { backup } = await shell.json("backup", "create");
    await shell.json("backup", "create");
    const folder = `${shell.directory}/data/backups`;
    await freeze(folder, "+i");
    try {
      const verified = await shell.run(["backup", "verify", backup.id]);
      const restored = await shell.run(["backup", "restore", backup.id, "--yes"]);
      const created = await shell.run(["backup", "create"]);
      const pruned = await shell.run(["backup", "prune", "--yes"]);

      for (const outcome of [verified, restored]) {
        assertRefused(outcome, 1, /not permitted.*\nTry: {3}make it writable.*nothing was changed/);
      }
      assertRefused(created, 1, /not permitted.*\nTry: {3}choose a folder.*earlier archives are/);
      assertRefused(pruned, 1, /Cannot remove .*not permitted.*\nTry: {3}make its folder writable/);
    } finally {
      await freeze(folder, "-i");
    }
    assert.equal((await shell.json("backup", "list")).backups.length, 2);
  },
});

/** Even root writes nothing into a folder that is frozen. */
async function freeze(folder: string, how: "+i" | "-i"): Promise<boolean> {
  return (await new Deno.Command("chattr", { args: [how, folder] }).output()).success;
}

async function canFreeze(): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const folder = await Deno.makeTempDir({ prefix: "selfos-frozen-" });
  const isFrozen = await freeze(folder, "+i");
  await freeze(folder, "-i");
  await Deno.remove(folder);
  return isFrozen;
}
