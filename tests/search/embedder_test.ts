import assert from "node:assert/strict";
import { findModel } from "../../src/model_files.ts";
import { BuiltInEmbedder } from "../../src/search/built_in.ts";
import { type Embedder, LONGEST_PIECE } from "../../src/search/embedder.ts";
import { EndpointEmbedder } from "../../src/search/endpoint.ts";
import { startEndpoint } from "../services/embeddings.ts";

interface Opened extends AsyncDisposable {
  readonly embedder: Embedder;
}

/** Everything that embeds. */
const EMBEDDERS: Readonly<Record<string, () => Opened>> = {
  "the built-in model"() {
    const files = findModel({ env: Deno.env.toObject(), os: Deno.build.os });
    const embedder = new BuiltInEmbedder({ files, idle: 60_000 });
    return { embedder, [Symbol.asyncDispose]: () => embedder[Symbol.asyncDispose]() };
  },
  "an endpoint"() {
    const endpoint = startEndpoint();
    const embedder = new EndpointEmbedder({ url: endpoint.url, model: "fake", apiKey: undefined });
    return {
      embedder,
      async [Symbol.asyncDispose]() {
        await embedder[Symbol.asyncDispose]();
        await endpoint[Symbol.asyncDispose]();
      },
    };
  },
};

for (const [name, open] of Object.entries(EMBEDDERS)) {
  const test = (what: string, body: (embedder: Embedder) => Promise<void>) =>
    Deno.test(`${name} ${what}`, async () => {
      await using opened = open();
      await body(opened.embedder);
    });

  test("answers one vector of unit length for each text, in their order", async (embedder) => {
    const texts = Array.from({ length: 70 }, (_, index) => `note ${index} about ${index * 7}`);

    const vectors = await embedder.embed(texts, { urgent: false });

    assert.equal(vectors.length, texts.length);
    for (const vector of vectors) {
      assert.ok(vector instanceof Float32Array);
      assert.equal(vector.length, vectors[0]?.length);
      assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
    }
    for (const index of [0, 3, 4, 63, 64, 69]) {
      const [alone] = await embedder.embed([texts[index]!], { urgent: true });
      assert.ok(likeness(alone!, vectors[index]!) > 0.9999, `text ${index}`);
    }
  });

  test("answers nothing for no texts", async (embedder) => {
    assert.deepEqual(await embedder.embed([], { urgent: true }), []);
  });

  test("takes texts of every kind, up to the longest", async (embedder) => {
    const texts = [
      ...["x", " ", "\n\n", "…", "🙂👩‍👩‍👧‍👦", "\ud800", "日本語", "a\0b", "<b>&amp;", "ﬁ", "e\u0301"],
      ...["x".repeat(LONGEST_PIECE), "long words ".repeat(60).slice(0, LONGEST_PIECE)],
      ...["🙂".repeat(LONGEST_PIECE / 2), " ".repeat(LONGEST_PIECE)],
    ];

    const vectors = await embedder.embed(texts, { urgent: false });

    assert.equal(vectors.length, texts.length);
    assert.ok(vectors.every((vector) => vector.every(Number.isFinite)));
  });

  test("finds what is about the same", async (embedder) => {
    const [asked, near, far] = await embedder.embed([
      "Where did I park the car?",
      "I left the car in the garage on Mill Street",
      "Grandma's recipe needs two eggs",
    ], { urgent: true });

    assert.ok(likeness(asked!, near!) > likeness(asked!, far!));
  });

  test("names its space, and says what it makes anything of", async (embedder) => {
    assert.match(embedder.model, /^[\w.:@-]+$/);
    assert.equal(embedder.understands("Buy milk"), true);
    assert.equal(embedder.understands("…!?"), false);
    assert.equal(embedder.understands(""), false);
    await Promise.resolve();
  });

  test("gives up when it is told to, and goes on with what others ask", async (embedder) => {
    const texts = Array.from({ length: 40 }, (_, index) => `text number ${index}`);
    const reason = new Error("nobody waits any more");
    const stop = new AbortController();

    const given = embedder.embed(texts, { urgent: false, signal: stop.signal });
    const other = embedder.embed(texts.slice(0, 3), { urgent: false });
    stop.abort(reason);

    await assert.rejects(given, reason);
    assert.equal((await other).length, 3);
    await assert.rejects(embedder.embed(["x"], { urgent: true, signal: stop.signal }), reason);
    await assert.rejects(
      embedder.embed(["x"], { urgent: true, signal: AbortSignal.abort(reason) }),
      reason,
    );
  });

  test("that is closed fails whoever waits, and whoever comes", async (embedder) => {
    const texts = Array.from({ length: 200 }, (_, index) => `text number ${index}`);
    const waiting = embedder.embed(texts, { urgent: false });
    const refused = assert.rejects(waiting, { code: "unavailable", message: /selfos ends/ });

    await embedder[Symbol.asyncDispose]();

    await refused;
    await assert.rejects(embedder.embed(["x"], { urgent: true }), { code: "unavailable" });
  });
}

/** The cosine of two vectors of unit length. */
function likeness(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, index) => sum + value * other[index]!, 0);
}
