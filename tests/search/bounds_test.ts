import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { contentsFound, remember } from "./memories.ts";

const CONTENT = "Saffron rice tastes of hay";

const refusals = [
  { since: "2026-11-22", until: "2026-11-21" },
  { since: "last spring", until: "March 2025" },
  { since: "2026-11-21T10:00:01", until: "2026-11-21T10:00" },
  { since: "2026-11-22T00:00", until: "2026-11-21" },
  { since: "2026-11-22", until: "2026-11-21T23:59" },
];
for (const { since, until } of refusals) {
  onEveryStore(`memories since ${since} until ${until} are refused`, async (store) => {
    await using app = await startApp({ store, zone: "Europe/Berlin" });

    const refusal = await app.as("ada").refused("search_memory", { query: "hay", since, until });

    assert.match(refusal, /^invalid_input: Cannot .* as since must not be after until: got /);
    assert.ok([since, until].every((given) => refusal.includes(`"${given}"`)), refusal);
    assert.match(refusal, /, which is \w+ 2026-\d\d-\d\d.*\nTry: /);
  });
}

const shortest = [
  { since: "2026-11-21", until: "2026-11-21" },
  { since: "2026-11-21T10:00", until: "2026-11-21T10:00" },
  { since: "2026-11-21", until: "2026-11-21T10:00" },
  { since: "2026-11-21T10:00", until: "2026-11-21" },
  { since: "2026-11-21T09:00:00Z", until: "2026-11-21T10:00:00+01:00" },
];
for (const { since, until } of shortest) {
  onEveryStore(`memories since ${since} until ${until} are those of then`, async (store) => {
    await using app = await startApp({ store, zone: "Europe/Berlin" });
    const ada = app.as("ada");
    await remember(
      ada,
      { content: CONTENT, occurred_at: "2026-11-21T10:00" },
      { content: "Saffron costs a fortune", occurred_at: "2026-11-20" },
      { content: "Never buy saffron again", occurred_at: "2026-11-22" },
    );
    await remember(app.as("bob"), { content: "Saffron is Bob's", occurred_at: "2026-11-21T10:00" });

    assert.deepEqual(await contentsFound(ada, "saffron", { since, until }), [CONTENT]);
  });
}
