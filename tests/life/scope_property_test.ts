import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { AppError } from "../../src/errors.ts";
import { callTool } from "../../src/mcp/call.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import type { Principal } from "../../src/permissions.ts";
import { type Answer, onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { type Step, steps, TABLE_OF, take } from "./history_steps.ts";
import {
  changedRows,
  endAll,
  idsIn,
  type Row,
  rowsOf,
  sees,
  type Share,
  shareAll,
  type Table,
  writes,
} from "./scope_world.ts";
import fc from "../properties.ts";

const RUNS: Record<StoreKind, number> = { sqlite: 50, postgres: 6 };

const at = fc.nat(40);
const call = (tool: string, args: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Step> =>
  fc.record({ tool: fc.constant(tool), args: fc.record(args) });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const reads = fc.oneof(
  call("list_goals", { life_area_id: maybe(at), limit: fc.constantFrom(1, 100) }),
  call("list_tasks", { goal_id: maybe(at), ready: maybe(fc.boolean()), limit: fc.constant(100) }),
  call("get_goal", { goal_id: at }),
  call("get_task", { task_id: at }),
  call("list_life_areas", {}),
  call("list_memories", { limit: fc.constantFrom(1, 100) }),
  call("search_memory", { query: fc.constantFrom("T1T", "anything"), limit: fc.constant(50) }),
  call("list_changes", { limit: fc.constant(100) }),
);
const undos = fc.oneof(
  call("undo", { change_id: at }),
  call("undo", { last: fc.constant(true) }),
  call("undo", { since: fc.constant("2026-11-01"), client: fc.constantFrom("test", "attacker") }),
);
const writing = steps.map(([first]) => first ?? { tool: "list_goals", args: {} });
const attacks = fc.array(
  fc.oneof({ weight: 2, arbitrary: reads }, { weight: 5, arbitrary: writing }, {
    weight: 2,
    arbitrary: undos,
  }),
  { minLength: 4, maxLength: 14 },
);
const role = fc.constantFrom(undefined, "reader", "editor", "editor");

onEveryStore(
  "a principal sees and changes what its areas and shares hold, and nothing else",
  async (store) => {
    await using app = await startApp({ store });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(steps, steps, steps),
        fc.array(role, { minLength: 8, maxLength: 8 }),
        fc.array(maybe(fc.subarray([0, 1, 2, 3, 4, 5])), { minLength: 2, maxLength: 2 }),
        fc.boolean(),
        attacks,
        async (lives, roles, narrowings, isOnePerson, attacks) => {
          const world = await settle(app, ++run, lives, roles);
          const areas = (await rowsOf(app, world.people)).filter(({ table }) =>
            table === "life_areas"
          );
          const principals = narrowings.map((narrowing, index): Principal => ({
            user_id: world.people[isOnePerson ? 0 : index] ?? "",
            level: "read_write",
            id: narrowing === undefined ? "local" : `narrow-${index}`,
            ...(narrowing && {
              areas: narrowing.flatMap((place) => areas[place] ? [areas[place].id] : []),
            }),
          }));
          for (const [index, attack] of attacks.entries()) {
            await tried(app, world, principals[index % 2]!, attack);
          }

          for (const principal of principals) {
            await tried(app, world, principal, { tool: "list_changes", args: { limit: 100 } });
            await exactly(app, world, principal);
          }
          await endAll(app, world.shares);
          for (const principal of principals) {
            await exactly(
              app,
              { ...world, shares: [] },
              principal,
            );
          }
        },
      ),
      { numRuns: RUNS[store] },
    );
  },
);

interface World {
  readonly people: readonly string[];
  readonly shares: readonly Share[];
  /** The item that each text was given to, also of old. */
  readonly given: Map<string, string>;
}

/** Three people, each with areas, goals and tasks, some of which are shared. */
async function settle(
  app: TestApp,
  run: number,
  lives: readonly Step[][],
  roles: readonly (Share["role"] | undefined)[],
): Promise<World> {
  const people = ["x", "y", "z"].map((name) => `${name}-${run}`);
  for (const id of people) await app.app.life.users.create(ownerOf(id, "users create"), {});
  const shares: Share[] = [];
  const given = new Map<string, string>();
  for (const [index, life] of lives.entries()) {
    const owner = people[index] ?? "";
    for (const position of [0, 1]) {
      const area = { tool: "save_life_area", args: { name: text() } };
      const goal = { tool: "create_goal", args: { title: text(), life_area_id: position } };
      const task = { tool: "create_task", args: { title: text(), goal_id: position } };
      const memory = { tool: "add_memory", args: { content: text(), goal_id: position } };
      for (const step of [area, goal, task, memory]) await take(app, owner, step);
    }
    await take(app, owner, { tool: "create_goal", args: { title: text(), life_area_id: 1 } });
    remember(given, await rowsOf(app, [owner]));
    // Its past is where it was.
    await take(app, owner, { tool: "update_goal", args: { goal_id: 2, life_area_id: 0 } });
    for (const step of life) {
      await take(app, owner, labelled(step));
      remember(given, await rowsOf(app, [owner]));
    }
  }
  const rows = await rowsOf(app, people);
  const areas = rows.filter(({ table, deleted_at }) => table === "life_areas" && !deleted_at);
  for (const [index, role] of roles.entries()) {
    const { id: area, user_id: owner } = areas[index % areas.length]!;
    const guest = people[index < areas.length ? 0 : 1]!;
    const isNew = !shares.some((share) => share.area === area && share.guest === guest);
    if (role && owner !== guest && isNew) shares.push({ area, owner, guest, role });
  }
  await shareAll(app, shares);
  return { people, shares, given };
}

/** Makes one call and compares all that it said and did with what it might have. */
async function tried(app: TestApp, world: World, principal: Principal, step: Step): Promise<void> {
  const { people, shares, given } = world;
  const before = await rowsOf(app, people);
  const { tool, args } = await named(app, world, before, labelled(step));
  const { text, answer } = await answerTo(app, principal, tool, args);
  const after = await rowsOf(app, people);
  remember(given, after);
  const what = `${JSON.stringify(principal)} ${tool} ${JSON.stringify(args)} → ${text}`;

  for (const { was, is } of changedRows(before, after)) {
    assert.ok(!was || writes(principal, shares, was), `${what}\nchanged ${was?.text}`);
    assert.ok(writes(principal, shares, is), `${what}\nmade ${is.text}`);
  }
  const seen = new Set(
    [...before, ...after].filter((row) => sees(principal, shares, row)).map(keyOf),
  );
  for (const label of text.match(LABEL) ?? []) {
    if (JSON.stringify(args).includes(label)) continue;
    assert.ok(seen.has(given.get(label) ?? ""), `${what}\nshows ${label} of ${given.get(label)}`);
  }
  for (const { table, id } of idsIn(answer)) {
    assert.ok(seen.has(`${table} ${id}`), `${what}\nnames ${table} ${id}`);
  }
}

/** Compares every list with what there is to see. */
async function exactly(app: TestApp, world: World, principal: Principal): Promise<void> {
  const { people } = world;
  const rows = (await rowsOf(app, people)).filter(({ deleted_at }) => deleted_at === null);
  // An area in the trash is shown to nobody else.
  const shares = world.shares.filter(({ area }) =>
    rows.some(({ table, id }) => table === "life_areas" && id === area)
  );
  const lists = [
    ["list_life_areas", "life_areas"],
    ["list_goals", "goals"],
    ["list_tasks", "tasks"],
    ["list_memories", "memories"],
  ] as const;
  for (const [tool, table] of lists) {
    const { answer } = await answerTo(app, principal, tool, { limit: 100 });
    const of = rows.filter((row) => row.table === table);
    const visible = of.filter((row) => sees(principal, shares, row)).map(({ id }) => id);
    const shown = answer?.[table].map(({ id }: { id: number }) => id);
    assert.deepEqual(shown.toSorted((a: number, b: number) => a - b), visible, tool);
    assert.equal(answer?.["total"], visible.length);
    const withheld = of.filter((row) =>
      row.user_id === principal.user_id && !sees(principal, shares, row)
    );
    assert.equal(answer?.["withheld"], principal.areas && withheld.length, tool);
  }
}

async function answerTo(
  { app }: TestApp,
  principal: Principal,
  tool: string,
  args: object,
): Promise<{ text: string; answer?: Answer }> {
  const exchange = silentExchange("attacker", AbortSignal.timeout(60_000));
  try {
    const { output } = await callTool(app.engine, principal, tool, args, exchange);
    return { text: JSON.stringify(output), answer: output };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { text: `${error.code}: ${error.message} ${error.advice}` };
  }
}

/** The step with ids of anybody's items, and of anybody's changes, where it has positions. */
async function named({ app }: TestApp, { people }: World, rows: readonly Row[], step: Step) {
  const changes = await app.db.read.selectFrom("changes").select("id")
    .where("user_id", "in", people).orderBy("id").execute();
  const idAt = (table: Table | "changes", position: number) => {
    const among = table === "changes" ? changes : rows.filter((row) => row.table === table);
    return among[position % Math.max(1, among.length)]?.id;
  };
  const args = Object.entries(step.args).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const table = name === "change_id" ? "changes" : TABLE_OF[name as keyof typeof TABLE_OF];
    if (table === undefined) return [[name, value]];
    if (Number(value) % 5 === 4 && CLEARED[step.tool]?.includes(name)) return [[name, null]];
    const ids = [value].flat().map((position) => idAt(table, Number(position)));
    return [[name, Array.isArray(value) ? ids : ids[0]]];
  });
  return { tool: step.tool, args: Object.fromEntries(args) as Record<string, unknown> };
}

/** What an update takes away instead, at one position of five. */
const CLEARED: Readonly<Record<string, readonly string[]>> = {
  update_goal: ["life_area_id", "parent_goal_id"],
  update_task: ["goal_id", "parent_task_id"],
  update_memory: ["goal_id"],
};

let labels = 0;
const LABEL = /T\d+T/g;

function text(): string {
  return `T${++labels}T`;
}

/** The step with a text of its own wherever it has one. */
function labelled({ tool, args }: Step): Step {
  const own = Object.entries(args).map(([name, value]) => {
    if (Array.isArray(value) && name === "tasks") {
      return [name, value.map((task) => ({ ...task, title: text() }))];
    }
    const isText = ["title", "description", "name", "content"].includes(name) &&
      value !== undefined;
    return [name, isText ? text() : value];
  });
  return { tool, args: Object.fromEntries(own) };
}

function remember(given: Map<string, string>, rows: readonly Row[]): void {
  for (const row of rows) {
    for (const label of row.text.match(LABEL) ?? []) given.set(label, keyOf(row));
  }
}

function keyOf({ table, id }: Row): string {
  return `${table} ${id}`;
}
