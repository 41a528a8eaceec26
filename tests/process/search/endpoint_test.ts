import assert from "node:assert/strict";
import { answerWith, type FakeEndpoint, startEndpoint } from "../../services/embeddings.ts";
import { until } from "../../until.ts";
import { withStore } from "../invariants.ts";
import { onEveryProgram } from "../programs.ts";
import { newPlace, startServer } from "../server.ts";

const MANY = 60;

onEveryProgram(
  "an endpoint that fails costs meaning and nothing else, until it is back",
  async (program) => {
    using place = newPlace();
    await using endpoint = startEndpoint();
    await using server = await startServer(program, { ...place, env: settings(endpoint) });
    const search = () => server.call("search_memory", { query: "garden shed" });
    const down = () => new Response("out of order", { status: 400 });

    endpoint.answers.push(...Array.from({ length: 6 }, () => down));
    await server.call("add_memory", { content: "The garden shed needs paint" });
    const meanwhile = await search();
    endpoint.answers.length = 0;
    await until(async () => (await search()).words_only === undefined);
    await until(async () => (await search()).not_embedded === undefined);
    const afterwards = await search();

    assert.match(meanwhile.words_only, /cannot be used now; the log says why/);
    assert.match((await server.end()).stderr, new RegExp(`by words alone.*${endpoint.host}.*400`));
    assert.equal(meanwhile.memories[0].matched, "words");
    assert.equal(afterwards.memories[0].matched, "both");
  },
);

onEveryProgram(
  "a query that the endpoint refuses leaves the others their meanings, and no proxy hears of any",
  async (program) => {
    using place = newPlace();
    await using endpoint = startEndpoint();
    await using proxy = startEndpoint();
    const proxies = ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    const through = Object.fromEntries(proxies.map((name) => [name, `http://${proxy.host}`]));
    const env = { ...settings(endpoint), SELFOS_EMBEDDINGS_API_KEY: "secret", ...through };
    await using server = await startServer(program, { ...place, env });
    const search = (query: string) => server.call("search_memory", { query });
    await server.call("add_memory", { content: "The garden shed needs paint" });
    await until(async () => (await search("garden")).not_embedded === undefined);

    endpoint.answers.push(() => new Response("too long", { status: 400 }));
    const refused = await search("poison");
    const another = await search("garden shed");

    assert.match(refused.words_only, /cannot be used now; the log says why/);
    assert.equal(another.words_only, undefined);
    assert.equal(another.memories[0].matched, "both");
    assert.equal(proxy.requests.length, 0);
    assert.ok(endpoint.requests.length >= 3);
  },
);

onEveryProgram(
  "another model embeds all memories anew, also when it is killed meanwhile",
  async (program) => {
    using place = newPlace();
    await using endpoint = startEndpoint();
    const env = settings(endpoint);
    {
      await using first = await startServer(program, { ...place, env });
      for (let at = 0; at < MANY; at++) {
        await first.call("add_memory", { content: `Memory number ${at} is about potatoes` });
      }
      await until(() => embedded(place.dataDir, "first-model") === MANY);
      assert.equal((await first.end()).code, 0);
    }

    const other = { ...env, SELFOS_EMBEDDINGS_MODEL: "other-model" };
    const slowly = async (input: string[]) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return answerWith(input.map(() => Array.from({ length: 16 }, (_, at) => at + 1)));
    };
    endpoint.answers.push(...Array.from({ length: 20 }, () => slowly));
    await using killed = await startServer(program, { ...place, env: other });
    const meanwhile = await killed.call("search_memory", { query: "potatoes", limit: 3 });
    await until(() => embedded(place.dataDir, "other-model") > 0);
    killed.kill("SIGKILL");
    await killed.exited();
    const half = embedded(place.dataDir, "other-model");
    endpoint.answers.length = 0;
    endpoint.dimensions = 16;
    await using resumed = await startServer(program, { ...place, env: other });
    await resumed.call("query_user_stats");
    await until(() => embedded(place.dataDir, "other-model") === MANY);
    const afterwards = await resumed.call("search_memory", { query: "potatoes", limit: 3 });
    const { code, stderr } = await resumed.end();

    assert.equal(meanwhile.memories.length, 3);
    assert.ok(meanwhile.not_embedded > 0, "a search said nothing of the memories that are left");
    assert.ok(half < MANY, "it was killed too late to show anything");
    assert.equal(afterwards.not_embedded, undefined);
    assert.deepEqual(models(place.dataDir), ["other-model"]);
    assert.equal(code, 0);
    assert.match(stderr, /Embedding memories of 1/);
  },
);

function settings({ url }: FakeEndpoint) {
  return { SELFOS_EMBEDDINGS_URL: url, SELFOS_EMBEDDINGS_MODEL: "first-model" };
}

/** How many memories have vectors of the model that stand for their text. */
function embedded(dataDir: string, model: string): number {
  return withStore(dataDir, (store) => {
    const query = "select count(*) as count from memories where embedded like ? || '%'";
    return Number(store.prepare(query).get(model)?.["count"]);
  });
}

function models(dataDir: string): string[] {
  return withStore(dataDir, (store) =>
    store.prepare("select distinct model from vectors").all()
      .map((row) => String(row["model"]).replace(/@.*/, "")));
}
