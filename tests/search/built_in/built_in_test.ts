import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { findModel, type ModelFiles } from "../../../src/model_files.ts";
import { BuiltInEmbedder } from "../../../src/search/built_in.ts";
import { modelPermissions } from "../../../src/search/built_in/model.ts";

const URGENT = { urgent: true };
const BACKGROUND = { urgent: false };

/** Neither a binary nor a busy machine is helped by an installation. */
const LATER = /^it is tried again after 30 s; SELFOS_EMBEDDINGS_URL names another$/;

/** An embedder whose worker does what it is told. */
function openOdd(options: { idle?: number; patience?: number } = {}): BuiltInEmbedder {
  const program = fileURLToPath(new URL("odd_worker.ts", import.meta.url));
  return new BuiltInEmbedder({ idle: 60_000, ...options, files: filesOf(program) });
}

function filesOf(program: string, directory = "/nowhere"): ModelFiles {
  return { directory, model: "", vocabulary: "", wasm: "", program };
}

/** How many questions the worker was asked since it started, this one included. */
async function questionsTo(embedder: BuiltInEmbedder): Promise<number> {
  const [vector] = await embedder.embed(["how many?"], URGENT);
  return Math.round(vector![0]! / vector![1]!);
}

Deno.test("the model is kept while it is used, given up when it is idle, and loaded again", async () => {
  await using embedder = openOdd({ idle: 200 });

  const used = [await questionsTo(embedder), await questionsTo(embedder)];
  await new Promise((resolve) => setTimeout(resolve, 500));
  const later = [await questionsTo(embedder), await questionsTo(embedder)];

  assert.deepEqual([used, later], [[1, 2], [1, 2]]);
});

Deno.test("what somebody waits for goes before what is done in the background", async () => {
  await using embedder = openOdd();
  const ended: string[] = [];
  const embed = async (name: string, count: number, urgent: boolean) => {
    await embedder.embed(Array.from({ length: count }, () => "slow"), { urgent });
    ended.push(name);
  };

  const background = [embed("many", 20, false), embed("one", 1, false)];
  await embed("urgent", 1, true);
  await Promise.all([...background, embed("urgent too", 2, true)]);

  assert.deepEqual(ended, ["urgent", "one", "urgent too", "many"]);
});

Deno.test("who is told to give up does so at once, and what was not asked yet never is", async () => {
  await using embedder = openOdd();
  const stop = new AbortController();
  const { signal } = stop;
  const given = Array.from(
    { length: 3 },
    () =>
      assert.rejects(embedder.embed(["slow", "slow"], { urgent: false, signal }), /nobody waits/),
  );
  await new Promise((resolve) => setTimeout(resolve, 20));

  const begun = performance.now();
  stop.abort(new Error("nobody waits"));
  await Promise.all(given);

  assert.ok(performance.now() - begun < 50);
  assert.deepEqual([await questionsTo(embedder), await questionsTo(embedder)], [2, 3]);
});

Deno.test("texts are asked for in batches that are soon answered", async () => {
  await using embedder = openOdd();

  await embedder.embed(Array.from({ length: 10 }, () => "short"), BACKGROUND);
  const short = await questionsTo(embedder);
  await embedder.embed(Array.from({ length: 4 }, () => "x".repeat(500)), BACKGROUND);
  const long = await questionsTo(embedder);

  assert.deepEqual([short, long], [3 + 1, 4 + 2 + 1]);
});

for (
  const { text, says } of [
    { text: "throw", says: /as .*it broke/ },
    { text: "close", says: /as no answer within 1\.5 s/ },
    { text: "fail", says: /as it does not like this/ },
    { text: "NaN", says: /as a vector holds what is no number/ },
    { text: "zero", says: /as a vector is zero/ },
  ]
) {
  Deno.test(`a worker that does "${text}" fails who asked, and the next one has a new worker`, async () => {
    await using embedder = openOdd({ patience: 1500 });
    assert.equal(await questionsTo(embedder), 1);

    const refused = assert.rejects(embedder.embed([text], BACKGROUND), {
      code: "unavailable",
      message: says,
      advice: /tried again/,
    });
    const waiting = questionsTo(embedder);

    await refused;
    assert.equal(await waiting, 1);
    assert.equal(await questionsTo(embedder), 2);
  });
}

Deno.test("a worker that breaks while nobody asks fails nobody", async () => {
  await using embedder = openOdd();

  await embedder.embed(["throw later"], BACKGROUND);
  await new Promise((resolve) => setTimeout(resolve, 200));

  assert.deepEqual([await questionsTo(embedder), await questionsTo(embedder)], [1, 2]);
});

Deno.test("a model that is not there is unavailable, and says what to do", async () => {
  await using embedder = new BuiltInEmbedder({ files: undefined, idle: 60_000 });

  await assert.rejects(embedder.embed(["x"], URGENT), {
    code: "unavailable",
    message: /its files are not there/,
    advice: /deno install.*SELFOS_EMBEDDINGS_URL/,
  });
});

Deno.test("a model that cannot be loaded is unavailable at once for a while", async () => {
  const place = await Deno.makeTempDir({ prefix: "selfos-model-" });
  const real = findModel({ env: Deno.env.toObject(), os: Deno.build.os });
  assert.ok(real);
  const broken = [
    { ...real, program: `${place}/none.ts`, says: /cannot be loaded: .*none\.ts/ },
    { ...real, model: `${place}/model.json`, says: /cannot be loaded: .*model\.json/ },
    { ...real, vocabulary: `${place}/vocab.json`, says: /cannot be loaded: .*vocab\.json/ },
    { ...real, wasm: `${place}/x.wasm`, says: /cannot be loaded: .*/ },
  ];
  for (const { says, ...files } of broken) {
    await using embedder = new BuiltInEmbedder({ files, idle: 60_000, patience: 5000 });

    const refusal = { code: "unavailable", message: says, advice: LATER };
    await assert.rejects(embedder.embed(["x"], URGENT), refusal);
    const begun = performance.now();
    await assert.rejects(embedder.embed(["x"], URGENT), refusal);
    assert.ok(performance.now() - begun < 20);
  }
  await Deno.remove(place, { recursive: true });
});

Deno.test("a model that takes too long to load is not said to be missing", async () => {
  await using embedder = openOdd({ patience: 300 });

  await assert.rejects(embedder.embed(["close"], URGENT), {
    code: "unavailable",
    message: /as it cannot be loaded: no answer within 0\.3 s/,
    advice: LATER,
  });
});

Deno.test("the worker of the model may read its files, and nothing else", async () => {
  const place = await Deno.makeTempDir({ prefix: "selfos-model-" });
  await Deno.mkdir(`${place}/model`);
  await Deno.writeTextFile(`${place}/secret.txt`, "secret");
  let visitors = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    visitors++;
    return new Response("export {}", { headers: { "content-type": "application/javascript" } });
  });
  const directory = `${place}/model`;
  const { port } = server.addr;
  const worker = new Worker(new URL("../probe_worker.ts", import.meta.url), {
    type: "module",
    name: JSON.stringify({ directory, outside: `${place}/secret.txt`, port }),
    deno: { permissions: modelPermissions(filesOf("", directory)) },
  });
  const { promise, resolve, reject } = Promise.withResolvers<{
    done: string[];
    refused: Record<string, string>;
    granted: string[];
  }>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };

  worker.postMessage("go");
  const { done, refused, granted } = await promise;

  worker.terminate();
  assert.deepEqual(done, ["read its directory"], JSON.stringify(refused));
  assert.deepEqual(granted, []);
  assert.equal(visitors, 0);
  assert.deepEqual(Array.from(Deno.readDirSync(place), ({ name }) => name).sort(), [
    "model",
    "secret.txt",
  ]);
  await Deno.remove(place, { recursive: true });
});
