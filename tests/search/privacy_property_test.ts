import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { callTool } from "../../src/mcp/call.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import type { Principal } from "../../src/permissions.ts";
import { type Answer, onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { settled } from "./memories.ts";
import fc from "../properties.ts";

const RUNS: Record<StoreKind, number> = { sqlite: 30, postgres: 8 };
/** The same every time, so that a build never fails by chance. */
const SEED = 20261125;

/** Words that look like each other, that mean the like, and that others have too. */
const VOCABULARY = [
  ...["kowalski", "kowalsky", "kovalski", "kowalksi", "saffron", "safron", "saffran", "sapphron"],
  ...["dentist", "dentists", "teeth", "doctor", "boiler", "heating", "puppy", "dog", "the", "of"],
  ...["пироги", "猫", "🍕", "x", "2041"],
];
const text = fc.array(fc.constantFrom(...VOCABULARY), { minLength: 1, maxLength: 5 })
  .map((words) => words.join(" "));
const memory = fc.record({
  content: text,
  memory_type: fc.constantFrom("fact", "note"),
  occurred_at: fc.constantFrom(undefined, "2026-04-01", "2026-11-20T10:00"),
});
type Given = { content: string; memory_type: string; occurred_at: string | undefined };
const memories = (maxLength: number) => fc.array(memory, { maxLength });
const query = fc.record({
  query: text,
  limit: fc.constantFrom(1, 5, 50),
  memory_type: fc.constantFrom(undefined, undefined, "fact"),
  since: fc.constantFrom(undefined, undefined, "last spring"),
});
type Query = Record<string, unknown>;

onEveryStore(
  "what one may not see changes no id, order or score of what one finds",
  async (store) => {
    await using app = await startApp({ store });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({ mine: memories(8), shared: memories(4) }),
        fc.record({ mine: memories(12), theirs: memories(12) }),
        fc.array(query, { minLength: 1, maxLength: 4 }),
        async (seen, unseen, queries) => {
          const { ada, bob } = await household(app, ++run);
          const [whole, narrow] = [ada.whole, ada.narrow(bob.open.area)];
          await write(app, ada, seen.mine, { goal_id: ada.open.goal });
          await write(app, bob, seen.shared, { goal_id: bob.open.goal });
          const before = await answers(app, [whole, narrow], queries);

          await write(app, bob, unseen.theirs, {});
          await write(app, bob, copiesOf(seen.mine), { goal_id: bob.closed.goal });
          const beside = await answers(app, [whole, narrow], queries);
          const added = await write(app, ada, [...unseen.mine, ...copiesOf(seen.shared)], {
            goal_id: ada.closed.goal,
          });
          const [, withheld] = await answers(app, [whole, narrow], queries);

          assert.deepEqual(beside, before);
          const [, narrowBefore] = before;
          assert.deepEqual(
            withheld,
            narrowBefore?.map((answer) => ({ ...answer, withheld: added.size })),
          );
        },
      ),
      { numRuns: RUNS[store], seed: SEED },
    );
  },
);

/** Of each, one in the very same words, and one that has words beside them that nobody else has. */
function copiesOf(seen: readonly Given[]): Given[] {
  return seen.flatMap((memory, index) => [
    memory,
    { ...memory, content: `${memory.content} zyx${index}` },
  ]);
}

onEveryStore(
  "hundreds of nearer memories of a neighbour take no place from one's own",
  async (store) => {
    await using app = await startApp({ store });
    const { ada, bob } = await household(app, 0);
    const own = ["A dog came home with us", "Kowalczyk repaired the boiler", "Paid the mortgage"];
    await write(app, ada, own.map(given), { goal_id: ada.open.goal });
    const queries = ["we adopted a puppy", "kowalczik", "boiler", "zyx3"].map((query) => ({
      query,
    }));
    const asking = [ada.whole, ada.narrow(bob.open.area)];
    const before = await answers(app, asking, queries);
    const nearer = Array.from({ length: 130 }, (_, index) => [
      given(`We adopted a puppy zyx${index}`),
      given(`kowalczik${"abcdefghij"[index % 10]} mended the boiler zyx${index}`),
    ]).flat();

    await write(app, bob, nearer, {});
    const beside = await answers(app, asking, queries);
    await write(app, ada, nearer, {});
    const [, withheld] = await answers(app, asking, queries);

    const [found] = before;
    assert.equal(found?.[0]?.["memories"][0].content, own[0]);
    assert.equal(found?.[1]?.["memories"][0].content, own[1]);
    assert.notEqual(found?.[1]?.["memories"][0].matched, "meaning");
    assert.deepEqual(beside, before);
    assert.deepEqual(
      withheld,
      before[1]?.map((answer) => ({ ...answer, withheld: nearer.length })),
    );
  },
);

onEveryStore("a guest finds the memories of what is shared, and no others", async (store) => {
  await using app = await startApp({ store });
  const { ada, bob } = await household(app, 0);
  await write(app, bob, [given("The boiler is serviced in May")], { goal_id: bob.open.goal });
  await write(app, bob, [given("The boiler hides the secret")], { goal_id: bob.closed.goal });
  await write(app, bob, [given("A secret boiler")], {});

  for (const query of ["boiler", "secret", "heating of the house", "sercet"]) {
    const [[found] = []] = await answers(app, [ada.whole], [{ query, limit: 50 }]);
    const shown = found?.["memories"].map(({ content, owner }: Answer) => [content, owner]);
    assert.deepEqual(shown, [["The boiler is serviced in May", bob.whole.user_id]]);
    assert.equal(found?.["withheld"], undefined);
  }
});

onEveryStore("whether a text is a repeat tells nothing of what is withheld", async (store) => {
  await using app = await startApp({ store });
  const { ada, bob } = await household(app, 0);
  const secret = "The spare key lies under the third flower pot";
  await write(app, ada, [given(secret)], { goal_id: ada.closed.goal });
  await write(app, bob, [given(secret)], {});
  const add = async (content: string) =>
    await ask(app, ada.narrow(bob.open.area), "add_memory", { content, goal_id: ada.open.goal });

  const added = await add(secret);
  const near = await add("Under the third flower pot lies a spare key");

  assert.deepEqual([added["existing"], added["likely_duplicate"]], [undefined, undefined]);
  assert.equal(near["likely_duplicate"].id, added["memory"].id);
});

function given(content: string): Given {
  return { content, memory_type: "note", occurred_at: undefined };
}

interface Part {
  readonly area: number;
  readonly goal: number;
}

interface Person {
  readonly whole: Principal;
  /** A key for the open area, and for that of another. */
  narrow(other: number): Principal;
  readonly open: Part;
  readonly closed: Part;
}

/** Two people with an open and a closed area each; Bob shares his open one with Ada. */
async function household(app: TestApp, run: number): Promise<{ ada: Person; bob: Person }> {
  const [ada, bob] = [await personWith(app, `ada-${run}`), await personWith(app, `bob-${run}`)];
  const { life } = app.app;
  await life.shares.share(bob.whole.user_id, `${bob.open.area}`, ada.whole.user_id, "reader");
  return { ada, bob };
}

async function personWith(app: TestApp, user_id: string): Promise<Person> {
  await app.app.life.users.create(ownerOf(user_id, "users create"), {});
  const whole: Principal = { user_id, level: "read_write", id: "local" };
  const part = async (name: string): Promise<Part> => {
    const { life_area } = await ask(app, whole, "save_life_area", { name });
    const { id: area } = life_area;
    const { goal } = await ask(app, whole, "create_goal", { title: name, life_area_id: area });
    return { area, goal: goal.id };
  };
  const [open, closed] = [await part("open"), await part("closed")];
  const narrow = (other: number): Principal => ({
    ...whole,
    id: "narrow",
    areas: [open.area, other],
  });
  return { whole, narrow, open, closed };
}

/** The ids of what was written, where the same words are one memory. */
async function write(
  app: TestApp,
  { whole }: Person,
  memories: readonly Given[],
  place: object,
): Promise<Set<number>> {
  const ids = new Set<number>();
  for (const memory of memories) {
    ids.add((await ask(app, whole, "add_memory", { ...memory, ...place }))["memory"].id);
  }
  return ids;
}

async function answers(
  app: TestApp,
  principals: readonly Principal[],
  queries: readonly Query[],
): Promise<Answer[][]> {
  const found: Answer[][] = [];
  for (const principal of principals) {
    const own: Answer[] = [];
    const call = (tool: string, args = {}) => ask(app, principal, tool, args);
    for (const query of queries) own.push(await settled({ call }, "search_memory", query));
    found.push(own);
  }
  return found;
}

async function ask(app: TestApp, principal: Principal, tool: string, args: object) {
  const exchange = silentExchange("test", AbortSignal.timeout(60_000));
  const known = Object.entries(args).filter(([, value]) => value !== undefined);
  const { output } = await callTool(
    app.app.engine,
    principal,
    tool,
    Object.fromEntries(known),
    exchange,
  );
  return output as Answer;
}
