import assert from "node:assert/strict";
import { OnDemandWorker } from "../../src/search/on_demand_worker.ts";
import { PERMISSIONS } from "../../src/search/vectors/spaces.ts";

const MINUTE = 60_000;

function open(
  idleMs = MINUTE,
  patienceMs = MINUTE,
  started: Worker[] = [],
): OnDemandWorker<string, number> {
  const start = () => {
    const worker = new Worker(new URL("odd_worker.ts", import.meta.url), { type: "module" });
    started.push(worker);
    return worker;
  };
  const failed = (why: string) => new Error(`Cannot use the odd worker: ${why}`);
  return new OnDemandWorker({ open: start, failed, idleMs, patienceMs });
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
    for (const one of failed) await assert.rejects(one, { message: says });

    assert.equal(await worker.ask("count"), 1);
  });
}

Deno.test("one that is given up leaves nobody waiting, and is started anew", async () => {
  await using worker = open();
  const waiting = assert.rejects(worker.ask("say nothing"), /the odd worker: it is not trusted/);

  worker.stop("it is not trusted");

  await waiting;
  assert.equal(worker.running, false);
  assert.equal(await worker.ask("count"), 1);
});

Deno.test("it is known whether the worker has answered since it was started", async () => {
  await using worker = open();
  const answered = [worker.answered];
  const note = () => answered.push(worker.answered);

  await worker.ask("fail").catch(note);
  await worker.ask("count").then(note);
  await worker.ask("throw").catch(note);
  await worker.ask("throw").catch(note);

  assert.deepEqual(answered, [false, false, true, true, false]);
});

Deno.test("what a worker breaks on that was given up does not harm the next", async () => {
  const started: Worker[] = [];
  await using worker = open(MINUTE, MINUTE, started);
  await worker.ask("count");
  worker.stop("it is not trusted");
  await worker.ask("count");

  const late = new ErrorEvent("error", { message: "it broke", cancelable: true });
  started[0]?.dispatchEvent(late);

  assert.equal(late.defaultPrevented, true);
  assert.deepEqual([await worker.ask("count"), started.length], [2, 2]);
});

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
  const worker = new Worker(new URL("probe_worker.ts", import.meta.url), {
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
