import assert from "node:assert/strict";
import { NOW, onEveryStore, startApp } from "../harness.ts";
import { dumpOf } from "./answers.ts";

onEveryStore("save_life_area creates an area with what it was given", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");

  const { life_area, change_id } = await ada.call("save_life_area", {
    name: " Health ",
    weight: 2.5,
    color: "#00aa00",
    description: "Body and mind",
    private: true,
  });

  assert.deepEqual(life_area, {
    id: life_area.id,
    name: "Health",
    weight: 2.5,
    color: "#00aa00",
    description: "Body and mind",
    private: true,
    created_at: NOW,
    updated_at: NOW,
  });
  assert.ok(Number.isInteger(change_id));
});

onEveryStore("save_life_area with an id changes that area and keeps the rest", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { life_area } = await ada.call("save_life_area", { name: "Health", weight: 3 });

  const { life_area: saved } = await ada.call("save_life_area", {
    life_area_id: life_area.id,
    name: "HEALTH",
    private: true,
  });

  assert.deepEqual(saved, { ...life_area, name: "HEALTH", private: true });
  assert.equal((await ada.call("list_life_areas")).total, 1);
});

onEveryStore("list_life_areas lists the caller's areas in order of making", async (store) => {
  await using app = await startApp({ store });
  for (const name of ["Work", "Family", "Health"]) {
    await app.as("ada").call("save_life_area", { name });
    await app.as("bob").call("save_life_area", { name });
  }

  const { life_areas, total, next_cursor } = await app.as("ada").call("list_life_areas");

  const names = life_areas.map(({ name }: { name: string }) => name);
  assert.deepEqual({ names, total, next_cursor }, {
    names: ["Work", "Family", "Health"],
    total: 3,
    next_cursor: null,
  });
});

onEveryStore(
  "save_life_area refuses a second area of the same name, and names the first",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { life_area } = await ada.call("save_life_area", { name: "Health" });
    const { life_area: other } = await ada.call("save_life_area", { name: "Work" });
    const before = await dumpOf(app);

    const created = await ada.refused("save_life_area", { name: "health" });
    const renamed = await ada.refused("save_life_area", { name: "HEALTH", life_area_id: other.id });

    for (const text of [created, renamed]) {
      assert.match(text, new RegExp(`^conflict: .*\\n.*life_area_id ${life_area.id}`));
    }
    assert.deepEqual(await dumpOf(app), before);
  },
);

onEveryStore("undo of an undone area is refused where its name was taken since", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const first = await ada.call("save_life_area", { name: "Health" });
  const removal = await ada.call("undo", { change_id: first.change_id });
  const second = await ada.call("save_life_area", { name: "Health" });

  const text = await ada.refused("undo", { change_id: removal.change_id });

  assert.match(text, /^conflict: /);
  const { life_areas } = await ada.call("list_life_areas");
  assert.deepEqual(life_areas.map(({ id }: { id: number }) => id), [second.life_area.id]);
});

onEveryStore("names that differ in more than case are different names", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");

  for (const name of ["काम", "कम", "パン", "ハン"]) {
    await ada.call("save_life_area", { name });
  }

  assert.equal((await ada.call("list_life_areas")).total, 4);
});
