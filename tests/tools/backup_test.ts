import assert from "node:assert/strict";
import { backupsOf } from "../archive/world.ts";
import { weekly } from "../archive/weekly.ts";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import { until } from "../until.ts";

onEveryStore(
  "backup_user_data makes a proven archive of the caller alone, once a state",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    await ada.call("create_task", { title: "Ada's task" });
    await app.as("bob").call("create_task", { title: "Secret of Bob" });
    assert.match(await weekly(app, "ada"), /No backup of this life is proven yet\./);

    const first = await ada.call("backup_user_data");
    const same = await ada.call("backup_user_data");
    await ada.call("create_task", { title: "Another" });
    const next = await ada.call("backup_user_data");

    assert.equal(first.status, "verified");
    assert.deepEqual(same, first);
    assert.notEqual(next.backup_id, first.backup_id);
    const text = await textOf(app, next);
    assert.match(text, /Ada's task/);
    assert.doesNotMatch(text, /Secret of Bob/);
    assert.match(
      await weekly(app, "ada"),
      /The newest proven backup is of Sunday 22 November 2026\./,
    );
    assert.match(await weekly(app, "bob"), /No backup of this life is proven yet\./);
    const { changes } = await ada.call("list_changes");
    assert.deepEqual(changes.map(({ tool }: { tool: string }) => tool), [
      "create_task",
      "create_task",
      "users create",
    ]);
  },
);

Deno.test("a reader may not back up", async () => {
  await using app = await startApp();
  const reader = app.as("ada", { level: "read_only" });

  assert.match(await reader.refused("backup_user_data"), /permission_denied/);
});

Deno.test("backups that assistants make remove none, least of all what a restore replaced", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  await ada.call("create_task", { title: "First" });
  const backups = backupsOf(app, folderOf(app));
  const asked = await backups.make({ person: "ada" });
  await ada.call("create_task", { title: "Second" });
  const { saved } = await backups.restore(asked.id);

  const made = [];
  for (let count = 0; count < 3; count++) {
    await ada.call("create_task", { title: `Task ${count}` });
    app.clock.now = new Date(app.clock.now.getTime() + 60_000);
    made.push((await ada.call("backup_user_data")).backup_id);
  }

  assert.deepEqual(namesIn(app), [asked.id, saved?.id ?? "", ...made].map(nameOf).sort());
});

Deno.test("an assistant cannot fill the disk with backups", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const backUp = async (number: number) => {
    await ada.call("create_task", { title: `Task ${number}` });
    return await ada.call("backup_user_data");
  };
  for (let number = 0; number < 24; number++) await backUp(number);

  await ada.call("create_task", { title: "One more" });
  const refusal = await ada.refused("backup_user_data");

  assert.match(refusal, /^conflict: Cannot back up as 24 backups .* within a day/);
  app.clock.now = new Date(app.clock.now.getTime() + 25 * 60 * 60_000);
  assert.equal((await backUp(25)).status, "verified");
});

Deno.test("who only proposes backs up at once, as that writes nothing into the life", async () => {
  await using app = await startApp();
  await app.as("ada").call("create_task", { title: "Task" });
  const agent = app.as("ada", { level: "propose" });

  const { status } = await agent.call("backup_user_data");

  assert.equal(status, "verified");
  assert.equal((await agent.call("list_proposals")).total, 0);
});

onEveryStore(
  "however many ask at once, each is told of an archive that is there",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    await ada.call("create_task", { title: "Task" });

    const calls = Array.from({ length: 8 }, () => ada.call("backup_user_data"));
    const answers = await Promise.all(calls);

    const ids = new Set(answers.map(({ backup_id }) => backup_id));
    assert.ok(answers.every(({ status }) => status === "verified"));
    assert.deepEqual([ids.size, namesIn(app)], [1, [...ids].map(nameOf)]);
  },
);

Deno.test("who asks while a backup is made is told of one that has what they wrote before", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  await ada.call("create_task", { title: "Before" });
  const first = ada.call("backup_user_data");
  await until(() => Promise.resolve(namesIn(app).length > 0));

  await ada.call("create_task", { title: "Meanwhile" });
  const second = await ada.call("backup_user_data");

  assert.match(await textOf(app, second), /Meanwhile/);
  assert.match(await textOf(app, await first), /Before/);
});

onEveryStore(
  "what was written is in the next backup, though the clock was set back",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    await ada.call("create_task", { title: "First" });
    await ada.call("backup_user_data");
    app.clock.now = new Date(app.clock.now.getTime() - 3600_000);
    await ada.call("create_task", { title: "Later, they say earlier" });

    const next = await ada.call("backup_user_data");

    assert.match(await textOf(app, next), /Later, they say earlier/);
  },
);

for (const what of ["removed", "cut off"]) {
  Deno.test(`an archive that was ${what} is made anew`, async () => {
    await using app = await startApp();
    const ada = app.as("ada");
    await ada.call("create_task", { title: "Task" });
    app.clock.now = new Date(app.clock.now.getTime() + 1000);
    const gone = await ada.call("backup_user_data");
    const path = `${folderOf(app)}/${nameOf(gone.backup_id)}`;
    if (what === "removed") await Deno.remove(path);
    else await Deno.truncate(path, 100);

    const next = await ada.call("backup_user_data");

    assert.notEqual(next.backup_id, gone.backup_id);
    assert.match(await textOf(app, next), /Task/);
  });
}

for (const serves of [true, false]) {
  const end = serves ? "is given up with a server that ends" : "is finished before a command ends";
  Deno.test(`what is being backed up ${end}`, async () => {
    await using app = await startApp({ serves });
    const ada = app.as("ada");
    await ada.call("create_task", { title: "Task" });
    const answer = ada.call("backup_user_data").then(
      ({ status }) => status,
      (error) => error.message,
    );
    await until(() => Promise.resolve(namesIn(app).length > 0));

    await app.app[Symbol.asyncDispose]();

    assert.match(await answer, serves ? /unavailable.*about to end/s : /^verified$/);
    if (!serves) assert.equal(namesIn(app).filter((name) => name.endsWith(".selfos.gz")).length, 1);
  });
}

function folderOf(app: TestApp): string {
  return `${app.config.dataDir}/backups`;
}

function namesIn(app: TestApp): string[] {
  try {
    return [...Deno.readDirSync(folderOf(app))].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

function nameOf(id: string): string {
  return `${id}.selfos.gz`;
}

async function textOf(app: TestApp, { backup_id }: { backup_id?: string }): Promise<string> {
  const { readable } = await Deno.open(`${folderOf(app)}/${nameOf(backup_id ?? "")}`);
  return await new Response(readable.pipeThrough(new DecompressionStream("gzip"))).text();
}
