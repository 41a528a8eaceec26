import assert from "node:assert/strict";
import { until } from "../../until.ts";
import { callTool } from "../calls.ts";
import { startNetwork } from "../network.ts";
import { onEveryProgram } from "../programs.ts";
import { type Json, newPlace, runToEnd, startServer } from "../server.ts";

const COFFEE = "I sleep badly when I drink coffee after lunch";
const KEY = "The spare key is at Mrs. Lindqvist's, on the second floor";
/** Shares no word with any memory. */
const CAFFEINE = { query: "caffeine keeps me awake" };

onEveryProgram(
  "a memory is found by meaning over stdio, with nothing configured",
  async (program) => {
    using place = newPlace();
    await using server = await startServer(program, place);

    const { memory } = await server.call("add_memory", { content: COFFEE });
    await server.call("add_memory", { content: KEY });
    const byWord = await server.call("search_memory", { query: "lunch" });
    const byMeaning = await server.call("search_memory", CAFFEINE);
    const byTypo = await server.call("search_memory", { query: "Lindkvist" });

    assert.equal(byWord.memories[0].id, memory.id);
    assert.deepEqual(firstOf(byMeaning), { content: COFFEE, matched: "meaning" });
    assert.equal(byMeaning.words_only, undefined);
    assert.equal(byTypo.memories[0].content, KEY);
    assert.equal((await server.end()).code, 0);
  },
);

onEveryProgram("a memory is found by meaning over HTTP, and by nobody else", async (program) => {
  using place = newPlace();
  await runToEnd(program, { ...place, args: ["users", "create", "bob"] });
  await using server = await startNetwork(program, place.dataDir);
  const bob = await server.issue("--user", "bob");

  const added = await callTool(server.url, server.key, "add_memory", { content: COFFEE });
  const found = await callTool(server.url, server.key, "search_memory", CAFFEINE);
  const foundByBob = await callTool(server.url, bob.key, "search_memory", CAFFEINE);

  assert.equal(added.isError, false, added.text);
  assert.match(found.text, /drink coffee after lunch.*matched meaning/);
  assert.doesNotMatch(foundByBob.text, /coffee/);
});

onEveryProgram("what two servers on one store add is found from both", async (program) => {
  using place = newPlace();
  await using one = await startServer(program, place);
  await using other = await startServer(program, place);
  const mine = Array.from(
    { length: 10 },
    (_, at) => `Number ${at} of the first: a walk by the sea`,
  );
  const yours = Array.from({ length: 10 }, (_, at) => `Number ${at} of the other: baking of bread`);

  await Promise.all([
    ...mine.map((content) => one.call("add_memory", { content })),
    ...yours.map((content) => other.call("add_memory", { content })),
  ]);

  for (const server of [one, other]) {
    const strolls = { query: "strolling along the beach", limit: 10 };
    const loaves = { query: "loaves in the oven", limit: 10 };
    await until(async () =>
      (await server.call("search_memory", strolls)).not_embedded === undefined
    );
    assert.deepEqual(contentsOf(await server.call("search_memory", strolls)), mine.toSorted());
    assert.deepEqual(contentsOf(await server.call("search_memory", loaves)), yours.toSorted());
  }
});

onEveryProgram("what a command adds is found by the next one", async (program) => {
  using place = newPlace();
  const call = (...args: string[]) => runToEnd(program, { ...place, args: ["call", ...args] });

  const added = await call("add_memory", JSON.stringify({ content: COFFEE }));
  let found: Json;
  // What a busy machine does not embed in time is said, and is done by the next.
  await until(async () => {
    const { stdout } = await call("search_memory", JSON.stringify(CAFFEINE), "--json");
    found = JSON.parse(stdout);
    return found.not_embedded === undefined;
  }, 60_000);

  assert.equal(added.code, 0, added.stderr);
  assert.deepEqual(firstOf(found), { content: COFFEE, matched: "meaning" });
});

function firstOf({ memories }: Json) {
  const [{ content, matched }] = memories;
  return { content, matched };
}

function contentsOf({ memories }: Json): string[] {
  return memories.map(({ content }: Json) => content).sort();
}
