/** A reading is kept for as long as nothing of it has changed, and not a moment longer. */
import assert from "node:assert/strict";
import { type App, ownerOf } from "../../src/app.ts";
import { onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { furnish, share, unshare } from "../household.ts";
import { beside } from "./instances.ts";
import { madeDuring, principal, read, readAnew } from "./readers.ts";

const ADA = principal("ada");

interface Pair {
  readonly test: TestApp;
  readonly one: App;
  /** Another instance on the same store. */
  readonly other: App;
}

async function startPair(store: StoreKind): Promise<Pair & AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const test = stack.use(await startApp({ store, serves: false }));
  const other = stack.use(await beside(test));
  return { test, one: test.app, other, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function newTask({ test }: Pair, args: object = {}): Promise<string> {
  const { task } = await test.as("ada").call("create_task", { title: "Buy milk", ...args });
  return `selfos://tasks/${task.id}`;
}

onEveryStore(
  "what has not changed is read once, whoever asks with the same rights",
  async (store) => {
    await using pair = await startPair(store);
    const uri = await newTask(pair);

    const made = await madeDuring(pair.one, async () => {
      const first = await read(pair.one, ADA, uri);
      for (const level of ["read_only", "read_write", "admin"] as const) {
        assert.equal(await read(pair.one, principal("ada", { level, id: level }), uri), first);
      }
      assert.match(first, /Buy milk/);
    });

    assert.equal(made, 1);
  },
);

interface Write {
  readonly name: string;
  readonly write: (pair: Pair, uri: string) => Promise<unknown>;
}

const writes: readonly Write[] = [
  {
    name: "this instance",
    write: ({ test }, uri) =>
      test.as("ada").call("update_task", { task_id: idIn(uri), title: "Buy bread" }),
  },
  {
    name: "another instance",
    write: ({ other }, uri) =>
      other.life.tasks.update(ownerOf("ada", "test"), idIn(uri), { title: "Buy bread" }),
  },
];
for (const { name, write } of writes) {
  onEveryStore(`a write by ${name} is seen by the next reading of any`, async (store) => {
    await using pair = await startPair(store);
    const uri = await newTask(pair);
    for (const app of [pair.one, pair.other]) assert.match(await read(app, ADA, uri), /milk/);

    await write(pair, uri);

    for (const app of [pair.one, pair.other]) assert.match(await read(app, ADA, uri), /bread/);
  });
}

onEveryStore("a reading outlasts what does not touch it, and no more than that", async (store) => {
  await using pair = await startPair(store);
  const needed = await newTask(pair);
  const uri = await newTask(pair, { depends_on: [idIn(needed)] });
  await read(pair.one, ADA, uri);

  const afterOthers = await madeDuring(pair.one, async () => {
    await newTask(pair);
    await pair.test.as("ada").call("add_memory", { content: "Ada likes oat milk" });
    await pair.test.as("bob").call("create_task", { title: "Secret" });
    for (let count = 0; count < 3; count++) await read(pair.one, ADA, uri);
  });
  await pair.test.as("ada").call("complete_task", { task_id: idIn(needed) });
  const ready = await read(pair.one, ADA, uri);

  assert.equal(afterOthers, 0);
  assert.match(ready, /\\"ready\\":true/);
});

onEveryStore(
  "a reading outlasts no day, no change of time zone, and not its time",
  async (store) => {
    await using pair = await startPair(store);
    const uri = await newTask(pair);
    const steps: [string, () => unknown, number][] = [
      ["nothing", () => {}, 1],
      ["nine minutes", () => pass(pair, 9), 0],
      ["two more", () => pass(pair, 2), 1],
      ["nothing after that", () => {}, 0],
      ["midnight", () => pair.test.clock.now = new Date("2026-11-23T00:00:00Z"), 1],
      ["a time zone", () =>
        pair.one.life.users.update(ownerOf("ada", "test"), {
          time_zone: "Asia/Tokyo",
        }), 1],
    ];

    for (const [name, step, expected] of steps) {
      await step();
      assert.equal(await madeDuring(pair.one, () => read(pair.one, ADA, uri)), expected, name);
    }
  },
);

onEveryStore("a backup drops what is kept of the week, and nothing else", async (store) => {
  await using pair = await startPair(store);
  const uris = [
    await newTask(pair),
    "selfos://users/ada/profile",
    "selfos://users/ada/daily/2026-11-22",
  ];
  const week = "selfos://users/ada/weekly/2026-W47";
  for (const uri of [...uris, week]) await read(pair.one, ADA, uri);

  await pair.test.as("ada").call("backup_user_data");

  assert.equal(await madeDuring(pair.one, () => read(pair.one, ADA, week)), 1);
  assert.equal(await madeDuring(pair.one, () => read(pair.one, ADA, week)), 0);
  for (const uri of uris) {
    assert.equal(await madeDuring(pair.one, () => read(pair.one, ADA, uri)), 0, uri);
  }
});

onEveryStore("what is denied or fails is not kept", async (store) => {
  await using pair = await startPair(store);
  const uri = await newTask(pair);
  const closed = principal("ada", { resources: [] });
  await read(pair.one, ADA, uri);

  const denied = await read(pair.one, closed, uri);
  const next = uri.replace(/\d+$/, String(idIn(uri) + 1));
  const before = [await read(pair.one, ADA, next), await read(pair.one, principal("bob"), uri)];
  const created = await newTask(pair, { title: "Buy milk again" });
  const after = await read(pair.one, ADA, next);
  await pair.test.as("ada").call("delete_task", { task_id: idIn(uri) });
  const deleted = await read(pair.one, ADA, uri);

  assert.equal(denied, "permission_denied");
  assert.deepEqual(before, ["not_found", "not_found"]);
  assert.equal(created, next);
  assert.match(after, /Buy milk/);
  assert.equal(deleted, "not_found");
});

onEveryStore("a reading is given to nobody who sees less, or not any more", async (store) => {
  await using pair = await startPair(store);
  const { test, one } = pair;
  const bobs = await furnish(test, "bob");
  const uri = `selfos://tasks/${bobs.open.task}`;
  await share(test, "bob", bobs.open.area, "ada", "reader");
  const readers = [
    principal("bob"),
    ADA,
    principal("bob", { areas: [bobs.open.area] }),
    principal("bob", { areas: [bobs.closed.area] }),
    principal("ada", { areas: [bobs.closed.area] }),
  ];
  const all = async () => {
    const texts = [];
    for (const reader of readers) {
      const text = await read(one, reader, uri);
      assert.equal(text, await readAnew(one, reader, uri));
      texts.push(text);
    }
    return texts;
  };

  const first = await all();
  await unshare(test, "bob", bobs.open.area, "ada");
  const ended = await all();
  await share(test, "bob", bobs.open.area, "ada", "editor");
  await test.as("bob").call("update_goal", {
    goal_id: bobs.open.goal,
    life_area_id: bobs.closed.area,
  });
  const moved = await all();

  assert.deepEqual(first.map(refused), [false, false, false, true, true]);
  assert.doesNotMatch(first.slice(1, 3).join(), /secret/);
  assert.deepEqual(ended.map(refused), [false, true, false, true, true]);
  assert.deepEqual(moved.map(refused), [false, true, true, false, true]);
});

onEveryStore(
  "a share that ends takes its own readings, while another of the owner goes on",
  async (store) => {
    await using pair = await startPair(store);
    const { test, one } = pair;
    const { open, closed } = await furnish(test, "bob");
    const uris = [open, closed].map(({ task }) => `selfos://tasks/${task}`);
    const all = async () => {
      const texts = [];
      for (const uri of uris) texts.push(refused(await read(one, ADA, uri)));
      return texts;
    };
    for (const { area } of [open, closed]) await share(test, "bob", area, "ada", "reader");

    const first = await all();
    await unshare(test, "bob", closed.area, "ada");
    const ended = await all();

    assert.deepEqual(first, [false, false]);
    assert.deepEqual(ended, [false, true]);
  },
);

onEveryStore("a memory shows no link to what went to the trash", async (store) => {
  await using pair = await startPair(store);
  const { call } = pair.test.as("ada");
  const { goal } = await call("create_goal", { title: "Move house" });
  const { task } = await call("create_task", { title: "Pack", goal_id: goal.id });
  const about = async (args: object) =>
    (await call("add_memory", { content: `About ${JSON.stringify(args)}`, ...args })).memory.id;
  const of = [await about({ goal_id: goal.id }), await about({ task_id: task.id })];
  of.push(await about({}));
  const between = await about({ supersedes: of[2] });
  await about({ supersedes: between });
  const uris = of.map((id) => `selfos://memories/${id}`);
  const all = () => Promise.all(uris.map((uri) => read(pair.one, ADA, uri)));
  const anew = () => Promise.all(uris.map((uri) => readAnew(pair.one, ADA, uri)));
  const first = await all();

  const { change_id } = await call("delete_goal", { goal_id: goal.id });
  await call("forget_memory", { memory_id: between });
  const after = await all();
  assert.deepEqual(after, await anew());
  await call("undo", { change_id });
  const undone = await all();

  assert.notDeepEqual(after, first);
  assert.deepEqual(undone, await anew());
  assert.deepEqual(undone.slice(0, 2), first.slice(0, 2));
});

onEveryStore(
  "a reading from before the store was put back is not taken for a current one",
  async (store) => {
    await using pair = await startPair(store);
    const { db } = pair.one;
    const uri = await newTask(pair);
    await read(pair.one, ADA, uri);

    // The same ids again, of other changes at other times.
    await db.write("ada", async (tx) => {
      await tx.updateTable("tasks").set({ title: "Buy bread" }).execute();
      await tx.updateTable("changes").set({ at: "2026-11-22T13:00:00.000Z" }).execute();
    });
    const current = await read(pair.one, ADA, uri);
    await db.write("ada", async (tx) => {
      await tx.updateTable("tasks").set({ title: "Buy oats" }).execute();
      await tx.updateTable("changes").set({ at: "2026-11-22T14:00:00.000Z" }).execute();
    });
    await pair.test.as("ada").call("add_memory", { content: "Ada likes oat milk" });
    const later = await read(pair.one, ADA, uri);

    assert.match(current, /bread/);
    assert.match(later, /oats/);
  },
);

function refused(text: string): boolean {
  return text === "not_found";
}

function idIn(uri: string): number {
  return Number(uri.slice(uri.lastIndexOf("/") + 1));
}

function pass({ test: { clock } }: Pair, minutes: number): void {
  clock.now = new Date(clock.now.getTime() + minutes * 60_000);
}
