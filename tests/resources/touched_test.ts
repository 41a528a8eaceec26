/** What a change may have changed: whoever reads it anew must find no other resource changed. */
import assert from "node:assert/strict";
import type { Change } from "../../src/events/events.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import { type Answer, type Caller, onEveryStore, startApp, type TestApp } from "../harness.ts";
import { until } from "../until.ts";

interface Life {
  readonly area: number;
  /** Above, the goal itself, and below it; beside it, one whose task waits for that of the goal. */
  readonly top: number;
  readonly goal: number;
  readonly leaf: number;
  readonly beside: number;
  readonly task: number;
}

type Shown = "profile" | "today" | "top" | "goal" | "leaf" | "beside";

const ALL: readonly Shown[] = ["profile", "today", "top", "goal", "leaf", "beside"];

/** What must be told of each change; all that is not told must not have changed. */
const changes: Record<
  string,
  { make(call: Caller["call"], life: Life): Promise<unknown>; tells: Shown[] }
> = {
  "a new title of a task": {
    make: (call, { task }) => call("update_task", { task_id: task, title: "Renamed" }),
    tells: ["profile", "today", "goal"],
  },
  "a task that is done": {
    make: (call, { task }) => call("complete_task", { task_id: task }),
    tells: ["profile", "today", "goal", "top", "beside"],
  },
  "a task that moves to another goal": {
    make: (call, { task, beside }) => call("update_task", { task_id: task, goal_id: beside }),
    tells: ["profile", "today", "goal", "top", "beside"],
  },
  "a task in the trash": {
    make: (call, { task }) => call("delete_task", { task_id: task }),
    tells: ["profile", "today", "goal", "top", "beside"],
  },
  "a new task": {
    make: (call, { leaf }) => call("create_task", { title: "New", goal_id: leaf }),
    tells: ["profile", "today", "leaf", "goal", "top"],
  },
  "a new task of no goal": {
    make: (call) => call("create_task", { title: "New" }),
    tells: ["profile", "today"],
  },
  "a new title of a goal": {
    make: (call, { leaf }) => call("update_goal", { goal_id: leaf, title: "Renamed" }),
    tells: ["profile", "today", "leaf", "goal"],
  },
  "a goal that moves below another": {
    make: (call, { goal, beside }) =>
      call("update_goal", { goal_id: goal, parent_goal_id: beside }),
    tells: ["profile", "today", "goal", "leaf", "top", "beside"],
  },
  "another name of a life area": {
    make: (call, { area }) => call("save_life_area", { life_area_id: area, name: "Renamed" }),
    tells: ["profile", "today", "goal"],
  },
  "a memory": {
    make: (call) => call("add_memory", { content: "New" }),
    tells: ["today"],
  },
  "another name of the person": {
    make: (call) => call("update_preferences", { name: "Ada" }),
    tells: ["profile", "today"],
  },
  "another time zone of the person": {
    make: (call) => call("update_preferences", { time_zone: "Asia/Tokyo" }),
    tells: ["profile", "today", "top", "goal", "leaf", "beside"],
  },
};

onEveryStore(
  "each change tells of all that it changes, and of no goal far from it",
  async (store) => {
    await using app = await startApp({ store });
    const [ada, bob] = [app.as("ada"), app.as("bob")];
    const life = await begin(ada.call);
    const other = await begin(bob.call);
    const bobsBefore = await all(bob, other, "bob");
    const seen = listen(app);
    for (const [minute, [what, { make, tells }]] of Object.entries(changes).entries()) {
      const before = await all(ada, life);
      app.clock.now = new Date(Date.parse("2026-11-22T12:30:00Z") + 60_000 * minute);

      const told = await touchedBy(app, seen, () => make(ada.call, life));
      const after = await all(ada, life);
      const undone = await touchedBy(app, seen, () => ada.call("undo", { last: true }));

      assert.deepEqual(told, tells.map((name) => addressOf(name, life)).sort(), what);
      assert.deepEqual(undone, told, `the way back from ${what}`);
      for (const name of ALL) {
        if (!tells.includes(name)) assert.equal(after[name], before[name], `${what}: ${name}`);
      }
    }
    assert.deepEqual(await all(bob, other, "bob"), bobsBefore);
  },
);

async function begin(call: Caller["call"]): Promise<Life> {
  const { life_area } = await call("save_life_area", { name: "Health" });
  const idOf = async (args: object): Promise<number> => (await call("create_goal", args)).goal.id;
  const top = await idOf({ title: "Top" });
  const goal = await idOf({ title: "Goal", parent_goal_id: top, life_area_id: life_area.id });
  const leaf = await idOf({ title: "Leaf", parent_goal_id: goal });
  const beside = await idOf({ title: "Beside" });
  const { task } = await call("create_task", { title: "Task", goal_id: goal });
  await call("create_task", { title: "Waiting", goal_id: beside, depends_on: [task.id] });
  await call("add_memory", { content: "It rained" });
  return { area: life_area.id, top, goal, leaf, beside, task: task.id };
}

function listen({ app }: TestApp): Change[] {
  const seen: Change[] = [];
  app.events.listen((change) => void seen.push(change));
  return seen;
}

/** The addresses that a change of Ada's life touches, sorted. */
async function touchedBy(
  { app }: TestApp,
  seen: Change[],
  make: () => Promise<unknown>,
): Promise<string[]> {
  seen.length = 0;
  await make();
  await until(() => seen.length === 1);
  const [change] = seen;
  assert.ok(change);
  const { registry, contextOf } = app.engine;
  const context = contextOf({
    ...silentExchange("test", new AbortController().signal),
    principal: { user_id: "ada", level: "read_only", id: "events" },
    user_id: "ada",
    tool: "events",
  });
  const uris = await registry.resources.touchedBy(change, context);
  return uris.filter((uri) => /\/(today|profile|context)$/.test(uri)).sort();
}

function addressOf(name: Shown, life: Life, person = "ada"): string {
  return name === "profile" || name === "today"
    ? `selfos://users/${person}/${name}`
    : `selfos://goals/${life[name]}/context`;
}

async function all(caller: Caller, life: Life, person?: string): Promise<Answer> {
  const client = await caller.open();
  const found: Answer = {};
  for (const name of ALL) {
    const uri = addressOf(name, life, person);
    const { contents: [content] } = await client.readResource({ uri });
    found[name] = content && "text" in content ? content.text : "";
  }
  return found;
}
