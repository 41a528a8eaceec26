import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { settled } from "../search/memories.ts";
import { furnish, holder, share } from "../household.ts";

onEveryStore(
  "an editor's memories are made in the owner's life, and journalled there",
  async (store) => {
    await using app = await startApp({ store });
    const { open } = await furnish(app, "bob");
    await share(app, "bob", open.area, "ada", "editor");
    const ada = app.as("ada", { client: "ada's" });

    const { memory, change_id } = await ada.call("add_memory", {
      content: "The boiler was serviced",
      goal_id: open.goal,
    });
    const { memory: changed } = await ada.call("update_memory", {
      memory_id: memory.id,
      memory_type: "event",
    });

    assert.deepEqual([memory.owner, memory.client, changed.memory_type], ["bob", "ada's", "event"]);
    const { memories: bobs } = await app.as("bob").call("search_memory", { query: "boiler" });
    assert.deepEqual([bobs[0].id, bobs[0].owner], [memory.id, undefined]);
    const { memories: adas, total } = await ada.call("list_memories");
    assert.deepEqual([adas[0].owner, total], ["bob", 2]);
    const { changes } = await app.as("bob").call("list_changes");
    const made = changes.find(({ id }: { id: number }) => id === change_id);
    assert.deepEqual([made.guest, made.tool, made.client], ["ada", "add_memory", "ada's"]);
  },
);

onEveryStore(
  "a guest takes no memory out of what is shared, and connects it with nothing else",
  async (store) => {
    await using app = await startApp({ store });
    const { open, closed } = await furnish(app, "bob");
    const mine = await furnish(app, "ada");
    await share(app, "bob", open.area, "ada", "editor");
    const ada = app.as("ada");
    const memory_id = open.memory;

    const out = await ada.refused("update_memory", { memory_id, task_id: null });
    const elsewhere = await ada.refused("update_memory", { memory_id, goal_id: closed.goal });
    const own = await ada.refused("update_memory", { memory_id, goal_id: mine.open.goal });
    const across = await ada.refused("add_memory", { content: "New", supersedes: memory_id });
    const there = await ada.call("add_memory", {
      content: "New",
      supersedes: memory_id,
      goal_id: open.goal,
    });

    assert.match(out, /^permission_denied: /);
    assert.match(elsewhere, /^not_found: /);
    assert.match(own, /^(conflict|not_found): /);
    assert.match(across, /^(conflict|permission_denied): /);
    assert.equal(there.memory.owner, "bob");
    const { memories } = await app.as("bob").call("list_memories");
    const older = memories.find(({ id }: { id: number }) => id === memory_id);
    assert.deepEqual([older.task_id, older.superseded_by], [open.task, there.memory.id]);
    for (const text of [out, elsewhere, own, across]) assert.doesNotMatch(text, /secret/);
  },
);

onEveryStore(
  "what replaced a memory out of sight neither shows nor ranks it last",
  async (store) => {
    await using app = await startApp({ store });
    const { open } = await furnish(app, "ada");
    const ada = app.as("ada");
    const about = { goal_id: open.goal };
    const { memory: old } = await ada.call("add_memory", {
      content: "Dr Weber is my doctor",
      ...about,
    });
    await ada.call("add_memory", { content: "Bread rises overnight", ...about });
    const key = await holder(app, { user_id: "ada", areas: [open.area] });
    const before = await settled(key, "search_memory", { query: "doctor Weber" });

    await ada.call("add_memory", { content: "Somebody else treats me", supersedes: old.id });
    const after = await settled(key, "search_memory", { query: "doctor Weber" });

    const place = ({ memories }: typeof before) =>
      memories.map(({ id, superseded_by, score }: typeof old) => ({ id, superseded_by, score }));
    assert.equal(before.memories[0].id, old.id);
    assert.deepEqual(place(after), place(before));
    const { memories: whole } = await settled(ada, "search_memory", {
      query: "doctor Weber",
      limit: 50,
    });
    assert.equal(whole.at(-1).id, old.id);
  },
);
