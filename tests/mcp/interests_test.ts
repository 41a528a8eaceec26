import assert from "node:assert/strict";
import { Interests } from "../../src/mcp/interests.ts";
import type { Principal } from "../../src/permissions.ts";
import type { ToolContext } from "../../src/tools/tool.ts";
import { startApp, type TestApp } from "../harness.ts";
import { furnish } from "../household.ts";
import { until } from "../until.ts";

const ADA: Principal = { user_id: "ada", level: "read_write", id: "local" };

/** Interests of Ada, none of which is looked at before the gate opens. */
function behindGate({ app: { engine } }: TestApp, principal = ADA) {
  const gate = Promise.withResolvers<void>();
  const interests = new Interests(() => gate.promise.then(() => engine), principal);
  return { interests, open: gate.resolve };
}

async function newTask(app: TestApp): Promise<string> {
  const { task } = await app.as("ada").call("create_task", { title: "Buy milk" });
  return `selfos://tasks/${task.id}`;
}

const endings: Record<string, (interests: Interests<ToolContext>, uri: string) => void> = {
  "is unsubscribed": (interests, uri) => interests.unsubscribe(uri),
  "closes": (interests) => interests.close(),
};
for (const [what, end] of Object.entries(endings)) {
  Deno.test(`a connection that ${what} while its resource is looked at is told of nothing`, async () => {
    await using app = await startApp();
    const uri = await newTask(app);
    const { interests, open } = behindGate(app);
    const subscribed = interests.subscribe(uri);

    end(interests, uri);
    open();
    await subscribed;

    assert.deepEqual(interests.state.uris, []);
    assert.ok(!app.app.engine.subscriptions.any);
  });
}

Deno.test("who subscribes again while the first time is looked at stays subscribed", async () => {
  await using app = await startApp();
  const uri = await newTask(app);
  const { interests, open } = behindGate(app);
  const first = interests.subscribe(uri);
  interests.unsubscribe(uri);
  const again = interests.subscribe(uri);

  open();
  await Promise.all([first, again]);

  assert.deepEqual(interests.state.uris, [uri]);
  interests.unsubscribe(uri);
  assert.ok(!app.app.engine.subscriptions.any);
});

Deno.test("subscriptions that are looked at are counted, and no more than may be", async () => {
  await using app = await startApp();
  const uri = await newTask(app);
  const { interests, open } = behindGate(app);
  const unknown = Array.from({ length: 1000 }, (_, id) => `test://${id}`);
  const subscribed = Promise.allSettled(
    [...unknown, uri].map((wanted) => interests.subscribe(wanted)),
  );

  open();

  const why = (await subscribed).map((each) => each.status === "rejected" && each.reason.message);
  assert.match(String(why.pop()), /1000 subscriptions/);
  for (const reason of why) assert.match(String(reason), /no resource at "test:/);
  await interests.subscribe(uri);
  assert.deepEqual(interests.state.uris, [uri]);
  interests.close();
});

Deno.test("what is one's own and in the trash is followed still, once it is back", async () => {
  await using app = await startApp();
  const { open: { area, task } } = await furnish(app, "ada");
  const uri = `selfos://tasks/${task}`;
  const { interests, open } = behindGate(app, { ...ADA, areas: [area] });
  const told: string[] = [];
  interests.toldBy((uri) => Promise.resolve(void told.push(uri)));
  open();
  await interests.subscribe(uri);
  const { change_id } = await app.as("ada").call("delete_task", { task_id: task });
  await until(() => told.length === 1);

  await interests.review();
  await app.as("ada").call("undo", { change_id });
  await until(() => told.length === 2);

  assert.deepEqual(interests.state.uris, [uri]);
});
