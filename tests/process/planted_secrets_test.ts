import assert from "node:assert/strict";
import postgres from "postgres";
import { POSTGRES_URL } from "../harness.ts";
import { startModel } from "../planning/goal/model_server.ts";
import { startPostgres } from "../services/postgres.ts";
import { REDIS_SERVER, startRedis } from "../services/redis.ts";
import { callTool } from "./calls.ts";
import { startNetwork } from "./network.ts";
import { onOneProgram } from "./programs.ts";
import { newPlace, runToEnd } from "./server.ts";

/** In every secret of the configuration. */
const MARK = "pLanTed4711";

/** What nobody can use, and says why. */
const WRONG: readonly Record<string, string>[] = [
  { SELFOS_DATABASE_URL: `postgres://me:${MARK}@:no:port/life` },
  { SELFOS_DATABASE_URL: `mysql://me:${MARK}@127.0.0.1/life` },
  { SELFOS_REDIS_URL: `redis://me:${MARK}@127.0.0.1:x` },
  { SELFOS_AI_URL: `http://me:${MARK}@127.0.0.1:1/v1` },
  { SELFOS_EMBEDDINGS_URL: `ftp://me:${MARK}@127.0.0.1` },
  { SELFOS_PUBLIC_URL: `https://me:${MARK}@selfos.example` },
];

onOneProgram(
  "no archive, log, error, metric or export has a secret",
  async (program) => {
    using place = newPlace();
    await using store = await startPostgres();
    await using redis = await startRedis(["--requirepass", MARK]);
    await using model = startModel(() => echo(model.requests.at(-1)?.headers));
    await administer(store.url, "create database life");
    const withPassword = (url: string, user: string) =>
      url.replace(/\/\/([^@]*@)?/, `//${user}:${MARK}@`);
    const env = {
      SELFOS_DATABASE_URL: `${withPassword(store.url, "selfos")}/life`,
      SELFOS_REDIS_URL: withPassword(redis.url, ""),
      SELFOS_AI_URL: model.url,
      SELFOS_AI_MODEL: "fake",
      SELFOS_AI_API_KEY: MARK,
      SELFOS_EMBEDDINGS_URL: `${model.url}/embeddings`,
      SELFOS_EMBEDDINGS_MODEL: "fake",
      SELFOS_EMBEDDINGS_API_KEY: MARK,
      SELFOS_LOG_LEVEL: "debug",
    };
    const words = `${place.path}/words`;
    await Deno.writeTextFile(words, `${MARK}\n`, { mode: 0o600 });
    const told: string[] = [];
    const run = async (args: string[], more: Record<string, string> = {}) => {
      const ended = await runToEnd(program, { ...place, args, env: { ...env, ...more } });
      told.push(ended.stdout, ended.stderr);
      return ended.code;
    };
    const done = async (...args: string[]) => {
      assert.equal(await run(args), 0, `${args.join(" ")}: ${told.at(-1)}`);
    };
    await done("migrate", "up");

    const server = await startNetwork(program, place.dataDir, [], { env });
    const second = await server.issue("--name", "second");
    const calls: [string, object][] = [
      ["create_task", { title: "Paint the shed" }],
      ["add_memory", { content: "The paint is green" }],
      ["search_memory", { query: "paint" }],
      ["decompose_goal", { goal_description: "Sail" }],
      ["no_tool", { title: 1 }],
      ["list_tasks", { cursor: second.key }],
      ["create_task", { title: "Paint the barn", due_date: second.key }],
    ];
    for (const [tool, args] of calls) {
      told.push((await callTool(server.url, server.key, tool, args)).text);
    }
    for (const key of [`${second.key}x`, `x${second.key}`, MARK]) {
      told.push((await callTool(server.url, key, "list_tasks")).text);
    }
    await fetch(new URL(`/mcp?access_token=${MARK}`, server.url));
    await done("keys", "list");
    await done("keys", "revoke", second.id, "--yes");
    told.push((await callTool(server.url, second.key, "list_tasks")).text);
    await done("backup", "create", "--out", `${place.path}/plain.selfos.gz`);
    await done(...["backup", "create", "--out", `${place.path}/sealed.selfos.gz.age`], ...[
      "--passphrase-file",
      words,
    ]);
    await done("backup", "create", "--user", "local", "--out", `${place.path}/one.selfos.gz`);
    await done("backup", "verify", `${place.path}/plain.selfos.gz`);
    await done("backup", "list", "--json");
    for (const format of ["json", "markdown", "ics", "csv"]) {
      await done("export", "--format", format, "--out", `${place.path}/export.${format}`);
    }
    await done("audit", "list", "--json");
    await done("audit", "checkpoint");
    await done("history", "--json");
    await done("permissions", "--json");
    for (const path of ["/mcp/health", "/mcp/metrics", "/mcp/metrics?format=prometheus"]) {
      told.push(await (await fetch(new URL(path, server.url))).text());
    }
    await redis.kill();
    await store.stop();
    told.push((await callTool(server.url, server.key, "list_tasks")).text);
    told.push(await (await fetch(new URL("/mcp/health", server.url))).text());
    for (const args of [["migrate", "up"], ["backup", "create"], ["export"], ["serve"]]) {
      assert.equal(await run(args), 1, args.join(" "));
    }
    told.push((await server.end("SIGTERM")).stderr);
    for (const wrong of WRONG) {
      assert.equal(await run(["serve", "--transport", "http"], wrong), 1, JSON.stringify(wrong));
    }
    for (const { name, text } of await filesIn(place.path, words)) told.push(`${name}: ${text}`);

    const secrets = [MARK, server.key, second.key, server.key.slice(-49), second.key.slice(-49)];
    for (const secret of secrets) {
      const leak = told.find((text) => text.includes(secret));
      assert.equal(leak, undefined, `${secret} is in ${leak}`);
    }
    assert.ok(told.some((text) => text.includes("Paint the shed")));
    assert.ok(model.requests.length > 0, "the model was never asked");
  },
  POSTGRES_URL === undefined
    ? "TEST_POSTGRES_URL is not set"
    : REDIS_SERVER === undefined
    ? "TEST_REDIS_SERVER is not set"
    : undefined,
);

/** An endpoint that tells everybody what it was sent. */
function echo(headers: Headers | undefined): Response {
  const error = { message: `Incorrect API key provided: ${headers?.get("authorization")}` };
  return Response.json({ error }, { status: 401 });
}

async function administer(url: string, statement: string): Promise<void> {
  const sql = postgres(`${url}/postgres`, { max: 1, onnotice: () => {} });
  await sql.unsafe(statement);
  await sql.end();
}

/** What lies below a directory as text, unpacked where it is packed. */
async function filesIn(directory: string, but: string): Promise<{ name: string; text: string }[]> {
  const found: { name: string; text: string }[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) found.push(...await filesIn(path, but));
    else if (path !== but) found.push({ name: path, text: await textOf(path) });
  }
  return found;
}

async function textOf(path: string): Promise<string> {
  const { readable } = await Deno.open(path);
  const isPacked = path.endsWith(".gz");
  return await new Response(
    isPacked ? readable.pipeThrough(new DecompressionStream("gzip")) : readable,
  ).text();
}
