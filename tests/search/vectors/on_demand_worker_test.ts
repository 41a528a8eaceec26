import assert from "node:assert/strict";
import { OnDemandWorker } from "../../../src/search/on_demand_worker.ts";
import { PERMISSIONS } from "../../../src/search/vectors/spaces.ts";

const MINUTE = 60_000;

function open(idleMs = MINUTE, patienceMs = MINUTE): OnDemandWorker<string, number> {
  const start = () => new Worker(new URL("odd_worker.ts", import.meta.url), { type: "module" });
  return new OnDemandWorker("the odd worker", start, idleMs, patienceMs);
}

Deno.test("a worker is started when it is asked, stopped when nobody does, and started again", async () => {
  await using worker = open(150);
  const running = [worker.running];

  const used = [await worker.ask("count"), await worker.ask("count")];
  running.push(worker.running);
  await new Promise((resolve) => setTimeout(resolve, 400));
  running.push(worker.running);
  const later = await worker.ask("count");

  assert.deepEqual(running, [false, true, false]);
  assert.deepEqual([used, later], [[1, 2], 1]);
});

Deno.test("one that was started beforehand is stopped, too, when nobody asks it", async () => {
  await using worker = open(150);

  worker.start();
  const started = worker.running;
  await new Promise((resolve) => setTimeout(resolve, 400));

  assert.deepEqual([started, worker.running], [true, false]);
});

Deno.test("a question that it refuses fails alone", async () => {
  await using worker = open();

  await assert.rejects(worker.ask("fail"), {
    code: "unavailable",
    message: "Cannot use the odd worker: it does not like this",
  });

  assert.equal(await worker.ask("count"), 2);
});

for (
  const { question, says } of [
    { question: "throw", says: /the odd worker: .*it broke/ },
    { question: "say nothing", says: /the odd worker: no answer within 0\.3 s/ },
  ]
) {
  Deno.test(`one that is asked to ${question} is given up, with all that wait, and started anew`, async () => {
    await using worker = open(MINUTE, 300);

    const failed = [worker.ask(question), worker.ask("say nothing")];
    for (const one of failed) await assert.rejects(one, { code: "unavailable", message: says });

    assert.equal(await worker.ask("count"), 1);
  });
}

Deno.test("nobody waits for one that is closed", async () => {
  const worker = open();
  const waiting = assert.rejects(worker.ask("say nothing"), /the server stops/);

  await worker[Symbol.asyncDispose]();

  await waiting;
  await assert.rejects(worker.ask("count"), /the server stops/);
  assert.equal(worker.running, false);
});

Deno.test("the worker that ranks vectors may do nothing else", async () => {
  const place = await Deno.makeTempDir({ prefix: "selfos-vectors-" });
  await Deno.writeTextFile(`${place}/secret.txt`, "secret");
  const worker = new Worker(new URL("../built_in/probe_worker.ts", import.meta.url), {
    type: "module",
    name: JSON.stringify({ directory: place, outside: `${place}/secret.txt`, port: 9 }),
    deno: { permissions: PERMISSIONS },
  });
  const { promise, resolve } = Promise.withResolvers<{ done: string[]; granted: string[] }>();
  worker.onmessage = ({ data: { done, granted } }) => resolve({ done, granted });

  worker.postMessage("go");
  const found = await promise;

  worker.terminate();
  assert.deepEqual(found, { done: [], granted: [] });
  await Deno.remove(place, { recursive: true });
});
