import assert from "node:assert/strict";
import { EndpointEmbedder } from "../../../src/search/endpoint.ts";
import { startEndpoint } from "../../services/embeddings.ts";

const BACKGROUND = { urgent: false };

const garbage: { what: string; body: unknown; says: RegExp }[] = [
  { what: "no JSON", body: "<html>", says: /answers no JSON/ },
  { what: "nothing", body: "", says: /answers no JSON/ },
  { what: "no list", body: { object: "list" }, says: /no list of embeddings: data/ },
  { what: "an error", body: { error: { message: "no" } }, says: /no list of embeddings: data/ },
  { what: "fewer vectors", body: dataOf([1]), says: /not one vector for each of 2 texts/ },
  { what: "more vectors", body: dataOf([1], [1], [1]), says: /not one vector for each of 2 texts/ },
  {
    what: "an index twice",
    body: { data: [{ index: 0, embedding: [1] }, { index: 0, embedding: [1] }] },
    says: /not one vector for each of 2 texts/,
  },
  {
    what: "no index",
    body: { data: [{ embedding: [1] }, { embedding: [1] }] },
    says: /no list of embeddings: data\.0\.index/,
  },
  { what: "NaN", body: '{"data":[{"index":0,"embedding":[NaN]}]}', says: /answers no JSON/ },
  {
    what: "an infinite number",
    body: '{"data":[{"index":0,"embedding":[1e999]},{"index":1,"embedding":[1]}]}',
    says: /no list of embeddings: data\.0\.embedding\.0/,
  },
  { what: "null", body: dataOf([null], [1]), says: /data\.0\.embedding\.0/ },
  { what: "texts", body: dataOf(["1"], [1]), says: /data\.0\.embedding\.0/ },
  { what: "base64", body: dataOf("AACAPw==", "AACAPw=="), says: /data\.0\.embedding/ },
  { what: "empty vectors", body: dataOf([], []), says: /data\.0\.embedding/ },
  { what: "a zero vector", body: dataOf([1, 0], [0, 0]), says: /a vector is zero/ },
  { what: "numbers beyond measure", body: dataOf([1.7e308, 1.7e308], [1, 1]), says: /no number/ },
  { what: "differing dimensions", body: dataOf([1, 0], [1]), says: /1 dimensions after one of 2/ },
  {
    what: "too many dimensions",
    body: dataOf(Array(8193).fill(1), Array(8193).fill(1)),
    says: /data\.0\.embedding/,
  },
  {
    what: "more than it may",
    body: `[${"1,".repeat(9 * 1024 ** 2)}1]`,
    says: /more than 16777216 bytes/,
  },
];

function dataOf(...vectors: unknown[]) {
  return { data: vectors.map((embedding, index) => ({ index, embedding })) };
}

for (const { what, body, says } of garbage) {
  Deno.test(`an endpoint that answers ${what} is unavailable, and is not asked again`, async () => {
    await using endpoint = startEndpoint();
    const { url } = endpoint;
    await using embedder = new EndpointEmbedder({ url, model: "fake", apiKey: undefined });
    endpoint.answers.push(() =>
      new Response(typeof body === "string" ? body : JSON.stringify(body))
    );

    await assert.rejects(embedder.embed(["a", "b"], BACKGROUND), (error: Error) => {
      assert.match(error.message, says);
      assert.ok(error.message.startsWith(`Cannot compare meanings at ${endpoint.host} as `));
      assert.ok(error.message.length < 300);
      return true;
    });

    assert.equal(endpoint.requests.length, 1);
    assert.equal((await embedder.embed(["a", "b"], BACKGROUND)).length, 2);
  });
}
