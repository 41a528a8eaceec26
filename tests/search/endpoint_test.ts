import assert from "node:assert/strict";
import { EndpointEmbedder } from "../../src/search/endpoint.ts";
import { answerWith, type FakeEndpoint, startEndpoint } from "../services/embeddings.ts";
import { until } from "../until.ts";

const URGENT = { urgent: true };
const BACKGROUND = { urgent: false };

/** An embedder that soon loses patience. */
function open(endpoint: Pick<FakeEndpoint, "url">, apiKey?: string): EndpointEmbedder {
  const urgent = { patience: 400, retries: 1, pause: 10 };
  const background = { patience: 400, retries: 2, pause: 10 };
  return new EndpointEmbedder({ url: endpoint.url, model: "fake", apiKey }, { urgent, background });
}

function status(code: number, headers: HeadersInit = {}): () => Response {
  return () => new Response("so it is", { status: code, headers });
}

/** Never answers, but ends with its server. */
function never(): Response {
  return new Response(new ReadableStream());
}

/** Begins an answer, and hangs up. */
function breaking(): Response {
  const start = (body: ReadableStreamDefaultController<Uint8Array>) => {
    body.enqueue(new TextEncoder().encode('{"data":['));
    setTimeout(() => body.error(new Error("hangs up")), 20);
  };
  return new Response(new ReadableStream({ start }));
}

Deno.test("texts are asked for 64 at a time, by the model's name", async () => {
  await using endpoint = startEndpoint();
  await using embedder = open(endpoint);

  await embedder.embed(Array.from({ length: 130 }, (_, index) => `text ${index}`), BACKGROUND);

  assert.deepEqual(endpoint.requests.map(({ input }) => input.length), [64, 64, 2]);
  assert.deepEqual(new Set(endpoint.requests.map(({ model }) => model)), new Set(["fake"]));
  assert.equal(endpoint.requests[0]?.headers.has("authorization"), false);
  assert.equal(embedder.model, `fake@${endpoint.host}`);
});

Deno.test("the key is shown to the endpoint, and to nobody else", async () => {
  await using endpoint = startEndpoint();
  await using embedder = open(endpoint, "sk-secret");
  endpoint.answers.push(({ length }) => answerWith(Array(length).fill([1])), status(401));

  await embedder.embed(["x"], URGENT);

  assert.equal(endpoint.requests[0]?.headers.get("authorization"), "Bearer sk-secret");
  await assert.rejects(embedder.embed(["x"], URGENT), (error: Error) => {
    assert.doesNotMatch(Deno.inspect(error), /sk-secret/);
    return true;
  });
});

Deno.test("vectors are taken in the order of their index", async () => {
  await using endpoint = startEndpoint();
  await using embedder = open(endpoint);
  const data = [{ index: 2, embedding: [0, 0, 3] }, { index: 0, embedding: [5, 0, 0] }];
  endpoint.answers.push(() =>
    Response.json({ data: [...data, { index: 1, embedding: [0, 0.1, 0] }] })
  );

  const vectors = await embedder.embed(["a", "b", "c"], URGENT);

  assert.deepEqual(vectors.map((vector) => [...vector]), [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
});

Deno.test("an endpoint that answers other dimensions than before is believed", async () => {
  await using endpoint = startEndpoint();
  await using embedder = open(endpoint);
  const lengths: (number | undefined)[] = [];

  for (const dimensions of [1, 32, 33]) {
    endpoint.dimensions = dimensions;
    lengths.push((await embedder.embed(["x"], URGENT))[0]?.length);
  }

  assert.deepEqual(lengths, [1, 32, 33]);
});

Deno.test("what is embedded together has as many dimensions, in however many requests", async () => {
  await using endpoint = startEndpoint();
  await using embedder = open(endpoint);
  endpoint.answers.push(({ length }) => answerWith(Array(length).fill([1, 2])));

  await assert.rejects(embedder.embed(Array(65).fill("x"), BACKGROUND), {
    code: "unavailable",
    message: /answers a vector of 32 dimensions after one of 2/,
  });
});

const lasting = [
  { code: 400, says: /answers 400/, advice: /SELFOS_EMBEDDINGS_MODEL/ },
  { code: 401, says: /refuses the key \(401\)/, advice: /SELFOS_EMBEDDINGS_API_KEY/ },
  { code: 403, says: /refuses the key \(403\)/, advice: /SELFOS_EMBEDDINGS_API_KEY/ },
  { code: 404, says: /answers 404/, advice: /SELFOS_EMBEDDINGS_MODEL/ },
  { code: 204, says: /answers 204/, advice: /SELFOS_EMBEDDINGS_URL/ },
  { code: 302, says: /sends elsewhere \(302\)/, advice: /SELFOS_EMBEDDINGS_URL/ },
  { code: 307, says: /sends elsewhere \(307\)/, advice: /SELFOS_EMBEDDINGS_URL/ },
];
for (const { code, says, advice } of lasting) {
  Deno.test(`after ${code} an endpoint is not asked again, and nobody else is`, async () => {
    await using endpoint = startEndpoint();
    await using other = startEndpoint();
    await using embedder = open(endpoint);
    endpoint.answers.push(() =>
      new Response(code === 204 ? null : "x", { status: code, headers: { location: other.url } })
    );

    await assert.rejects(embedder.embed(["x"], BACKGROUND), {
      code: "unavailable",
      message: says,
      advice,
    });
    assert.deepEqual([endpoint.requests.length, other.requests.length], [1, 0]);
  });
}

for (const code of [429, 500, 502, 503]) {
  Deno.test(`after ${code} an endpoint is asked again, but not for ever`, async () => {
    await using endpoint = startEndpoint();
    await using embedder = open(endpoint);
    const failing = (times: number) => endpoint.answers.push(...Array(times).fill(status(code)));

    failing(2);
    assert.equal((await embedder.embed(["x"], BACKGROUND)).length, 1);
    failing(1);
    assert.equal((await embedder.embed(["x"], URGENT)).length, 1);
    assert.equal(endpoint.requests.length, 5);

    failing(3);
    const says = { code: "unavailable", message: new RegExp(`as it answers ${code}`) };
    await assert.rejects(embedder.embed(["x"], BACKGROUND), says);
    failing(2);
    await assert.rejects(embedder.embed(["x"], URGENT), says);
    assert.equal(endpoint.requests.length, 10);
  });
}

Deno.test("a connection that breaks within the answer is tried again, but not for ever", async () => {
  await using endpoint = startEndpoint();
  await using embedder = open(endpoint);

  endpoint.answers.push(breaking, breaking);
  const vectors = await embedder.embed(["x"], BACKGROUND);
  endpoint.answers.push(breaking, breaking);

  assert.deepEqual([vectors.length, endpoint.requests.length], [1, 3]);
  await assert.rejects(embedder.embed(["x"], URGENT), (error: Error) => {
    assert.match(error.message, /^Cannot compare meanings at 127\.0\.0\.1:\d+ as error reading/);
    assert.doesNotMatch(error.message, /embeddings/);
    return true;
  });
  assert.equal(endpoint.requests.length, 5);
});

Deno.test("an endpoint is left alone as long as it asks for, unless that is too long", async () => {
  await using endpoint = startEndpoint();
  await using embedder = open(endpoint);
  const pausing = (seconds: string) =>
    endpoint.answers.push(status(429, { "retry-after": seconds }));

  pausing("1");
  const begun = performance.now();
  await embedder.embed(["x"], BACKGROUND);
  const waited = performance.now() - begun;
  pausing("60");
  await assert.rejects(embedder.embed(["x"], BACKGROUND), /answers 429/);
  pausing("1");
  await assert.rejects(embedder.embed(["x"], URGENT), /answers 429/);
  pausing(new Date(Date.now() + 3_600_000).toUTCString());
  await assert.rejects(embedder.embed(["x"], BACKGROUND), /answers 429/);

  assert.ok(waited >= 990, `waited ${waited} ms`);
  assert.equal(endpoint.requests.length, 5);
  assert.ok(performance.now() - begun - waited < 400);
});

Deno.test("an endpoint that does not answer is given up in time", async () => {
  await using endpoint = startEndpoint();
  await using embedder = open(endpoint);
  const begun = performance.now();

  endpoint.answers.push(never);
  await assert.rejects(embedder.embed(["x"], URGENT), {
    code: "unavailable",
    message: /gives no answer within 1 s/,
  });
  const urgent = performance.now() - begun;
  endpoint.answers.push(never);
  await embedder.embed(["x"], BACKGROUND);

  assert.ok(urgent < 600, `${urgent} ms`);
  assert.equal(endpoint.requests.length, 3);
});

Deno.test("an endpoint that is not there is unavailable, and found again", async () => {
  const endpoint = startEndpoint();
  await using embedder = open(endpoint);
  await endpoint[Symbol.asyncDispose]();

  await assert.rejects(embedder.embed(["x"], BACKGROUND), {
    code: "unavailable",
    message: /^Cannot compare meanings at 127\.0\.0\.1:\d+ as .*refused/,
    advice: /check that it runs/,
  });
});

Deno.test("a request is given up when nobody waits for it", async () => {
  await using endpoint = startEndpoint();
  await using embedder = open(endpoint);
  let given = 0;
  const held = () => new Response(new ReadableStream({ cancel: () => void given++ }));
  endpoint.answers.push(held, held);
  const stop = new AbortController();

  const aborted = assert.rejects(
    embedder.embed(["x"], { urgent: false, signal: stop.signal }),
    /nobody waits/,
  );
  const closed = assert.rejects(embedder.embed(["x"], BACKGROUND), { code: "unavailable" });
  await until(() => endpoint.requests.length === 2);
  const begun = performance.now();
  stop.abort(new Error("nobody waits"));
  await aborted;
  await embedder[Symbol.asyncDispose]();
  await closed;

  await until(() => given === 2);
  assert.ok(performance.now() - begun < 200);
  assert.equal(endpoint.requests.length, 2);
});
