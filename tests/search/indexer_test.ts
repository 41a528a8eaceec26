import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { contentsFound, remember } from "./memories.ts";

onEveryStore(
  "a change that leaves nothing to embed holds up nothing that follows",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const [memory_id] = await remember(ada, "The boiler was repaired");
    await ada.call("search_memory", { query: "heating" });
    await ada.call("forget_memory", { memory_id });
    for (let time = 0; time < 20; time++) await ada.call("query_user_stats");

    await remember(ada, "A dog came home with us");
    const { memories, not_embedded } = await ada.call("search_memory", { query: "puppy" });

    assert.equal(not_embedded, undefined);
    assert.equal(memories[0]?.content, "A dog came home with us");
  },
);

onEveryStore(
  "many people who write and search at once each find what they wrote",
  async (store) => {
    await using app = await startApp({ store });
    const people = ["ada", "bob", "local"];

    for (let round = 0; round < 5; round++) {
      await Promise.all(people.map(async (person) => {
        await remember(app.as(person), `${person} adopted a dog in round ${round}`);
        const found = await contentsFound(app.as(person), "new puppies", { limit: 50 });
        assert.equal(found.length, round + 1);
        assert.ok(found.every((content) => content.startsWith(person)), `${found}`);
      }));
    }
  },
);
