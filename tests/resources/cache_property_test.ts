/** Whatever two instances write, every reading of either is what a reading past all caches is. */
import assert from "node:assert/strict";
import { type App, ownerOf } from "../../src/app.ts";
import { Temporal } from "../../src/life/temporal.ts";
import type { Principal } from "../../src/permissions.ts";
import { onEveryStore, startApp, type StoreKind, STORES } from "../harness.ts";
import { startRedis, withRedis } from "../services/redis.ts";
import { beside } from "./instances.ts";
import { attempt, principal, read, readAnew } from "./readers.ts";
import fc from "../properties.ts";

/** Items have ids up to this one, some of which nothing has. */
const MOST = 8;

const Id = fc.integer({ min: 1, max: MOST });
const MaybeId = fc.option(Id);
const Person = fc.constantFrom("ada", "bob");
const Due = fc.constantFrom("2026-11-22", "2026-11-23", "2026-11-22T17:00:00+00:00", "2026-11-30");
const Zone = fc.constantFrom("UTC", "Asia/Tokyo", "America/New_York");

/** What one of two instances does for a person. */
type Step =
  & { readonly who: string; readonly at: number }
  & (
    | { readonly tool: string; readonly args: object }
    | { readonly share: number; readonly role: "reader" | "editor" | "none" }
    | { readonly settings: { readonly time_zone?: string; readonly name?: string } }
    | { readonly hours: number }
  );

function calling(tool: string, args: Record<string, fc.Arbitrary<unknown>>) {
  return fc.record({ tool: fc.constant(tool), args: fc.record(args, { requiredKeys: [] }) });
}

const title = fc.string({ minLength: 1, maxLength: 5 });
const Steps: fc.Arbitrary<Step>[] = [
  calling("create_task", { title, goal_id: Id, due_date: Due, depends_on: fc.array(Id) }),
  calling("create_task", { title, parent_task_id: Id, recurrence: fc.constant("FREQ=DAILY") }),
  calling("update_task", {
    ...{ task_id: Id, title, goal_id: MaybeId, due_date: fc.option(Due) },
    ...{ depends_on: fc.array(Id, { maxLength: 2 }), parent_task_id: MaybeId },
    status: fc.constantFrom("pending", "in_progress", "completed", "cancelled"),
  }),
  calling("complete_task", {
    task_id: Id,
    completed_at: Due.filter((due) => due <= "2026-11-22"),
    actual_duration: fc.constantFrom(10, 20),
  }),
  calling("delete_task", { task_id: Id }),
  calling("create_goal", { title, life_area_id: Id, parent_goal_id: Id, target_date: Due }),
  calling("update_goal", {
    ...{ goal_id: Id, title, life_area_id: MaybeId, parent_goal_id: MaybeId },
    status: fc.constantFrom("active", "completed", "paused", "archived"),
  }),
  calling("delete_goal", { goal_id: Id }),
  calling("add_memory", { content: fc.string({ minLength: 8 }), goal_id: Id, occurred_at: Due }),
  calling("add_memory", { content: fc.string({ minLength: 8 }), task_id: Id, supersedes: Id }),
  calling("update_memory", {
    memory_id: Id,
    content: fc.string({ minLength: 8 }),
    goal_id: MaybeId,
  }),
  calling("forget_memory", { memory_id: Id }),
  calling("save_life_area", { name: title, life_area_id: Id, private: fc.boolean() }),
  calling("undo", { last: fc.constant(true) }),
  calling("undo", { change_id: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ share: Id, role: fc.constantFrom("reader", "editor", "none") }),
  fc.record({ settings: fc.record({ time_zone: Zone, name: title }, { requiredKeys: [] }) }),
  fc.record({ hours: fc.constantFrom(1, 12) }),
].map((step) =>
  fc.record({ who: Person, at: fc.nat(1) }).chain((base) =>
    step.map((rest) => ({ ...base, ...rest }) as Step)
  )
);

const READERS: readonly Principal[] = [
  ...["ada", "bob"].map((user) => principal(user)),
  ...["ada", "bob"].map((user) => principal(user, { areas: [1, 3] })),
  principal("bob", { level: "admin" }),
];

interface World {
  readonly instances: readonly [App, App];
  readonly clock: { now: Date };
}

async function check(store: StoreKind, flags: Record<string, string>, runs: number) {
  let found = 0;
  const property = fc.asyncProperty(
    fc.array(fc.oneof(...Steps), { minLength: 5, maxLength: 25 }),
    fc.infiniteStream(fc.nat(2)),
    async (steps, pauses) => {
      await using test = await startApp({ store, flags, serves: false });
      await using other = await beside(test, flags);
      const world: World = { instances: [test.app, other], clock: test.clock };
      await furnish(world);
      for (const step of steps) {
        await take(step, world);
        if (Number(pauses.next().value) === 0) await compare(world);
      }
      await compare(world);
      found += test.app.engine.cached.kept + other.engine.cached.kept;
    },
  );
  await fc.assert(property, { numRuns: runs, endOnFailure: true });
  assert.ok(found > 0, "nothing was ever found in a cache");
}

/** Two of everything each, so that most steps have something to do. */
async function furnish({ instances: [app] }: World): Promise<void> {
  for (const user of ["ada", "bob", "ada", "bob"]) {
    const who = principal(user);
    const of = user === "ada" ? 1 : 2;
    await attempt(app, who, "save_life_area", { name: `${user} ${crypto.randomUUID()}` });
    await attempt(app, who, "create_goal", { title: user, life_area_id: of });
    await attempt(app, who, "create_task", { title: user, goal_id: of, due_date: "2026-11-22" });
    await attempt(app, who, "add_memory", { content: crypto.randomUUID(), task_id: of });
  }
  await app.life.shares.share("ada", "1", "bob", "editor");
}

async function take(step: Step, { instances, clock }: World): Promise<void> {
  const app = instances[step.at] ?? instances[0];
  const guest = step.who === "ada" ? "bob" : "ada";
  if ("tool" in step) await attempt(app, principal(step.who), step.tool, step.args);
  else if ("hours" in step) clock.now = new Date(clock.now.getTime() + step.hours * 3_600_000);
  else if ("settings" in step) {
    await app.life.users.update(ownerOf(step.who, "users update"), step.settings);
  } else {
    const { shares } = app.life;
    const area = String(step.share);
    await (step.role === "none"
      ? shares.unshare(step.who, area, guest)
      : shares.share(step.who, area, guest, step.role)).catch(() => {});
  }
}

/** Each reading twice on each instance, as the first may be the one that is kept. */
async function compare({ instances, clock }: World): Promise<void> {
  for (const reader of READERS) {
    for (const uri of addresses(instances[0], clock.now)) {
      const expected = await readAnew(instances[0], reader, uri);
      for (const app of [...instances, ...instances]) {
        assert.equal(
          await read(app, reader, uri),
          expected,
          `${uri} for ${JSON.stringify(reader)}`,
        );
      }
    }
  }
}

/** Every address of every resource that may be kept, with values for its variables. */
function addresses({ engine: { registry: { resources } } }: App, now: Date): string[] {
  const day = Temporal.Instant.from(now.toISOString()).toZonedDateTimeISO("UTC").toPlainDate();
  const days = [-1, 0, 1].map((days) => day.add({ days }));
  const ids = Array.from({ length: MOST }, (_, index) => String(index + 1));
  const values = (name: string): readonly string[] => {
    if (name === "user_id") return ["me", "ada"];
    if (name === "date") return days.map(String);
    if (name !== "week") return ids;
    return days.map(({ yearOfWeek, weekOfYear }) =>
      `${yearOfWeek}-W${String(weekOfYear).padStart(2, "0")}`
    );
  };
  const expand = (uri: string): string[] => {
    const name = /\{(\w+)\}/.exec(uri)?.[1];
    if (name === undefined) return [uri];
    return values(name).flatMap((value) => expand(uri.replace(`{${name}}`, value)));
  };
  return resources.addresses.filter((form) => resources.ofForm(form)?.ttl !== undefined)
    .flatMap(expand);
}

onEveryStore(
  "readings of instances that know nothing of each other are never stale",
  (store) => check(store, {}, store === "sqlite" ? 10 : 2),
);

for (const store of STORES) {
  withRedis(`readings of instances that share a Redis are never stale [${store}]`, async () => {
    await using redis = await startRedis();
    await check(store, { "redis-url": redis.url }, store === "sqlite" ? 6 : 2);
  });
}
