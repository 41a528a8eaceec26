/** Readings that take long, and whoever asks for them meanwhile. */
import assert from "node:assert/strict";
import { AppError } from "../../src/errors.ts";
import type { Engine } from "../../src/mcp/call.ts";
import type { Content, Resource } from "../../src/mcp/define.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import { Registry } from "../../src/mcp/registry.ts";
import { readResource } from "../../src/mcp/resources.ts";
import type { ToolContext } from "../../src/tools/tool.ts";
import { startApp, type TestApp } from "../harness.ts";
import { principal } from "../resources/readers.ts";
import { until } from "../until.ts";

const NEVER = new AbortController().signal;

/** A resource whose readings end when the test says so. */
function slowResource() {
  const begun: PromiseWithResolvers<Content>[] = [];
  const signals: AbortSignal[] = [];
  const resource: Resource<ToolContext> = {
    name: "slow",
    title: "Slow",
    description: "What takes long.",
    uri: "selfos://slow",
    mimeType: "text/plain",
    ttl: 600,
    touchedBy: ({ items }) =>
      Promise.resolve(items.some(({ entity }) => entity === "task") ? ["selfos://slow"] : []),
    prepare: () => ({
      read({ signal }) {
        const reading = Promise.withResolvers<Content>();
        begun.push(reading);
        signals.push(signal);
        return reading.promise;
      },
    }),
  };
  return { begun, signals, resource };
}

function offering({ app }: TestApp, resource: Resource<ToolContext>): Engine<ToolContext> {
  return { ...app.engine, registry: new Registry({ tools: [], resources: [resource] }) };
}

async function textOf(engine: Engine<ToolContext>, signal = NEVER, user = "ada") {
  const exchange = silentExchange("test", signal);
  const { contents: [content] } = await readResource(
    engine,
    principal(user),
    "selfos://slow",
    exchange,
  );
  return content && "text" in content ? content.text : content?.blob;
}

Deno.test("fifty who ask at once wait for one reading, each person for their own", async () => {
  await using app = await startApp({ serves: false });
  const { begun, resource } = slowResource();
  const engine = offering(app, resource);

  const asked = Array.from({ length: 50 }, () => textOf(engine));
  const bobs = textOf(engine, NEVER, "bob");
  await until(() => begun.length === 2 && engine.cached.asked === 51);
  begun[0]?.resolve({ text: "Ada's" });
  begun[1]?.resolve({ text: "Bob's" });

  assert.deepEqual([...new Set(await Promise.all(asked))], ["Ada's"]);
  assert.equal(await bobs, "Bob's");
  assert.equal(await textOf(engine), "Ada's");
  assert.deepEqual([begun.length, engine.cached.asked, engine.cached.kept], [2, 52, 50]);
});

Deno.test("who asks after a write waits for no reading that began before it", async () => {
  await using app = await startApp({ serves: false });
  const { begun, resource } = slowResource();
  const engine = offering(app, resource);

  const before = textOf(engine);
  await until(() => begun.length === 1);
  await app.as("ada").call("create_task", { title: "Buy milk" });
  const after = textOf(engine);
  await until(() => begun.length === 2);
  begun[1]?.resolve({ text: "with the task" });
  assert.equal(await after, "with the task");
  // What ends last is what began first.
  begun[0]?.resolve({ text: "without it" });
  assert.equal(await before, "without it");

  const next = textOf(engine);
  await until(() => begun.length === 3);
  begun[2]?.resolve({ text: "anew" });
  assert.equal(await next, "anew");
});

Deno.test("one who gives up takes the reading from nobody", async () => {
  await using app = await startApp({ serves: false });
  const { begun, signals, resource } = slowResource();
  const engine = offering(app, resource);
  const impatient = new AbortController();

  const first = textOf(engine, impatient.signal);
  const second = textOf(engine);
  await until(() => engine.cached.asked === 2 && begun.length === 1);
  impatient.abort();
  begun[0]?.resolve({ text: "all the same" });

  assert.equal(signals[0]?.aborted, false);
  assert.deepEqual(await Promise.all([first, second]), ["all the same", "all the same"]);
});

Deno.test("a reading that fails does so for those who wait, and for nobody after them", async () => {
  await using app = await startApp({ serves: false });
  const { begun, resource } = slowResource();
  const engine = offering(app, resource);

  const asked = Promise.allSettled([textOf(engine), textOf(engine)]);
  await until(() => engine.cached.asked === 2 && begun.length === 1);
  begun[0]?.reject(new AppError("unavailable", "Cannot read it"));
  assert.deepEqual((await asked).map(({ status }) => status), ["rejected", "rejected"]);

  const next = textOf(engine);
  await until(() => begun.length === 2);
  begun[1]?.resolve({ text: "better" });
  assert.equal(await next, "better");
});

Deno.test("what was read while the day or what is shared changed is not kept", async () => {
  await using app = await startApp({ serves: false });
  const { begun, resource } = slowResource();
  const engine = offering(app, resource);
  const { life_area } = await app.as("bob").call("save_life_area", { name: "Garden" });
  const changes = [
    () => Promise.resolve(app.clock.now = new Date("2026-11-23T00:00:00Z")),
    () => app.app.life.shares.share("bob", String(life_area.id), "ada", "reader"),
    () => app.app.life.shares.unshare("bob", String(life_area.id), "ada"),
  ];

  for (const [at, change] of changes.entries()) {
    const reading = textOf(engine);
    await until(() => begun.length === at + 1);
    await change();
    begun[at]?.resolve({ text: String(at) });
    assert.equal(await reading, String(at));
  }

  const last = textOf(engine);
  await until(() => begun.length === changes.length + 1);
  begun.at(-1)?.resolve({ text: "kept" });
  assert.deepEqual([await last, await textOf(engine)], ["kept", "kept"]);
  assert.equal(engine.cached.kept, 1);
});

Deno.test("a resource that says no time is never kept, nor are bytes", async () => {
  await using app = await startApp({ serves: false });
  const { begun, resource } = slowResource();
  const { ttl: _, ...live } = resource;

  for (const [offered, content] of [[live, { text: "x" }], [resource, { blob: "eA==" }]] as const) {
    const engine = offering(app, offered);
    for (let count = 0; count < 2; count++) {
      const before = begun.length;
      const reading = textOf(engine);
      await until(() => begun.length === before + 1);
      begun[before]?.resolve(content);
      await reading;
    }
  }

  assert.equal(begun.length, 4);
});
