import assert from "node:assert/strict";
import { makeAltered } from "./sandbox/world.ts";
import { onEveryProgram, PROGRAMS } from "./programs.ts";
import { newPlace, runToEnd } from "./server.ts";

const QUERY = `
import { resolve } from "node:path";
import { reachOf } from "../reach.ts";
import type { Run } from "./command.ts";

export async function run({ config, model, out }: Run): Promise<void> {
  const { permissions } = Deno;
  const named = [...reachOf("serve", config, model).read, ...model ? [model.directory] : []];
  const around = (path: string) => [path, path + "/selfos.db", path + "-other", path + "/.."];
  const paths = new Set([...named, config.dataDir].flatMap(around).map((path) => resolve(path)));
  for (const path of ["/etc", "/"]) paths.add(path);
  const hosts = [
    ...["127.0.0.1:5999", "127.0.0.1:5998", "127.0.0.1:5997", "127.0.0.1:5996", "127.0.0.1:5432"],
    ...["127.0.0.1", "example.com:443", "id.example.org:443", "id.example.org", "id.example.org:80"],
    ...["127.0.0.1:5995", "127.0.0.1:5994", "ai.example.org:443", "ai.example.org", "ai.example.org:80"],
    ...["www.googleapis.com:443", "securetoken.google.com:443", "googleapis.com:443"],
  ];
  const may: Record<string, boolean> = {};
  const ask = async (what: string, descriptor: Deno.PermissionDescriptor) => {
    may[what] = (await permissions.query(descriptor)).state === "granted";
  };
  for (const path of paths) {
    await ask("read " + path, { name: "read", path });
    await ask("write " + path, { name: "write", path });
  }
  for (const host of hosts) await ask("net " + host, { name: "net", host });
  for (const name of ["read", "write", "net", "env", "run", "ffi", "sys"] as const) {
    await ask(name, { name });
  }
  out.answer(may, () => JSON.stringify(may));
}
`;

const TRUSTING = {
  SELFOS_FIREBASE_PROJECT_ID: "demo-life",
  SELFOS_OIDC: JSON.stringify([
    { issuer: "https://id.example.org/realms/home", audience: "selfos" },
    { issuer: "http://127.0.0.1:5997", audience: "a", jwksUri: "http://127.0.0.1:5996/keys" },
    { issuer: "http://127.0.0.1:5997/other", audience: "a" },
  ]),
};

const ISSUERS = [
  ...["www.googleapis.com:443", "id.example.org:443", "127.0.0.1:5997", "127.0.0.1:5996"],
];

const NEAR_ENDPOINT = {
  SELFOS_EMBEDDINGS_URL: "http://127.0.0.1:5995/v1",
  SELFOS_EMBEDDINGS_MODEL: "nomic-embed-text",
};

const FAR_ENDPOINT = {
  SELFOS_EMBEDDINGS_URL: "https://ai.example.org/v1/embeddings",
  SELFOS_EMBEDDINGS_MODEL: "large",
  SELFOS_EMBEDDINGS_API_KEY: "sk-secret",
};

const MODEL_ENDPOINT = {
  SELFOS_AI_URL: "http://127.0.0.1:5994/v1",
  SELFOS_AI_MODEL: "qwen3:8b",
};

const stores: { store: string; env: Record<string, string>; net: string[] }[] = [
  { store: "SQLite", env: {}, net: [] },
  { store: "issuers, and no credential to verify", env: TRUSTING, net: [] },
  {
    store: "issuers, and a credential to verify",
    env: { ...TRUSTING, SELFOS_API_KEY: "a.b.c" },
    net: ISSUERS,
  },
  {
    store: "issuers, on the network",
    env: { ...TRUSTING, SELFOS_TRANSPORT: "http", SELFOS_PORT: "5999" },
    net: [...ISSUERS, "127.0.0.1:5999"],
  },
  {
    store: "the emulator, on the network",
    env: {
      ...{ SELFOS_FIREBASE_PROJECT_ID: "demo-life", SELFOS_DEV_FIREBASE_EMULATOR: "on" },
      ...{ SELFOS_TRANSPORT: "http", SELFOS_PORT: "5999" },
    },
    net: ["127.0.0.1:5999"],
  },
  { store: "an endpoint", env: NEAR_ENDPOINT, net: ["127.0.0.1:5995"] },
  { store: "a model that plans", env: MODEL_ENDPOINT, net: ["127.0.0.1:5994"] },
  {
    store: "endpoints for meanings and plans",
    env: { ...NEAR_ENDPOINT, ...MODEL_ENDPOINT },
    net: ["127.0.0.1:5995", "127.0.0.1:5994"],
  },
  {
    store: "an endpoint far away, on the network",
    env: { ...FAR_ENDPOINT, SELFOS_TRANSPORT: "http", SELFOS_PORT: "5999" },
    net: ["ai.example.org:443", "127.0.0.1:5999"],
  },
  {
    store: "PostgreSQL with Redis, and an endpoint",
    net: ["127.0.0.1:5999", "127.0.0.1:5998", "ai.example.org:443"],
    env: {
      ...FAR_ENDPOINT,
      SELFOS_DATABASE_URL: "postgres://me:secret@127.0.0.1:5999/life",
      SELFOS_REDIS_URL: "rediss://me:secret@127.0.0.1:5998/1",
    },
  },
];

onEveryProgram("what selfos permissions shows is what the worker may do", async (program) => {
  await using altered = await makeAltered(program, QUERY);
  for (const { store, env, net: hosts } of stores) {
    using place = newPlace();
    const options = { dataDir: place.dataDir, env };

    const shown = await runToEnd(altered.program, { ...options, args: ["permissions", "--json"] });
    const enforced = await runToEnd(altered.program, { ...options, args: ["serve", "--json"] });

    assert.equal(enforced.code, 0, enforced.stderr);
    const { read, write, net, env: variables, run, ffi, sys } = JSON.parse(shown.stdout);
    const may: Record<string, boolean> = JSON.parse(enforced.stdout);
    assert.deepEqual([variables, run, ffi, sys], [[], [], [], []]);
    const granted = Object.keys(may).filter((what) => may[what]).sort();
    const asked = Object.keys(may);
    const within = (kind: string, paths: string[]) =>
      paths.flatMap((path) => asked.filter((what) => `${what}/`.startsWith(`${kind} ${path}/`)));
    const expected = [
      ...within("read", read),
      ...within("write", write),
      ...net.map((host: string) => `net ${host}`),
    ];
    for (const path of read) assert.ok(asked.includes(`read ${path}`), path);
    assert.deepEqual(granted, [...new Set(expected)].sort(), store);
    assert.deepEqual(net, hosts, store);
    const models = read.filter((path: string) => /[/\\](@energetic-ai|model)$/.test(path));
    assert.equal(models.length, "SELFOS_EMBEDDINGS_URL" in env ? 0 : 1, store);
  }
});

onEveryProgram(
  "selfos permissions shows no secret of the database, of Redis or of the endpoint",
  async (program) => {
    using place = newPlace();

    for (const args of [["permissions"], ["permissions", "--json"]]) {
      const { stdout, stderr } = await runToEnd(program, {
        ...place,
        args,
        env: stores.at(-1)!.env,
      });

      assert.doesNotMatch(stdout + stderr, /secret/);
      assert.match(stdout, /127\.0\.0\.1:5999/);
      assert.match(stdout, /127\.0\.0\.1:5998/);
      assert.match(stdout, /ai\.example\.org:443/);
    }
  },
);

Deno.test("only what verifies tokens may reach who signs them", async () => {
  using place = newPlace();
  const netOf = async (command: string, env: Record<string, string>) => {
    const args = ["permissions", ...command.split(" "), "--json"];
    const { stdout } = await runToEnd(PROGRAMS[0], { ...place, args, env });
    return JSON.parse(stdout).net;
  };

  for (const command of ["keys list", "users link", "undo", "migrate up", "call"]) {
    assert.deepEqual(await netOf(command, TRUSTING), [], command);
  }
  const env = { ...TRUSTING, SELFOS_API_KEY: "a.b.c" };
  assert.deepEqual(await netOf("call", env), ISSUERS);
  assert.deepEqual(await netOf("keys list", env), []);
});

Deno.test("only what compares meanings may reach the model, or the endpoint in its place", async () => {
  using place = newPlace();
  const reach = async (command: string, env: Record<string, string>) => {
    const args = ["permissions", ...command.split(" "), "--json"];
    const { stdout } = await runToEnd(PROGRAMS[0], { ...place, args, env });
    const { read, net } = JSON.parse(stdout);
    return { model: read.some((path: string) => path.endsWith("/@energetic-ai")), net };
  };

  for (const command of ["serve", "call"]) {
    assert.deepEqual(await reach(command, {}), { model: true, net: [] });
    const near = await reach(command, NEAR_ENDPOINT);
    assert.deepEqual(near, { model: false, net: ["127.0.0.1:5995"] });
  }
  for (const command of ["keys list", "users create", "undo", "migrate up", "help"]) {
    assert.deepEqual(await reach(command, {}), { model: false, net: [] }, command);
    assert.deepEqual(await reach(command, NEAR_ENDPOINT), { model: false, net: [] }, command);
  }
});

const directories = ["plain", "with space", 'quo"te', "ünï 数", "semi;colon $HOME"];

Deno.test("the flags that selfos permissions shows grant the same to deno run", async () => {
  for (const name of directories) {
    using place = newPlace();
    const dataDir = `${place.path}/${name}`;
    const shown = await runToEnd(PROGRAMS[0], { dataDir, args: ["permissions", "--json"] });
    const { flags } = JSON.parse(shown.stdout);
    const ask = `console.log(["${place.path}", ${JSON.stringify(dataDir)}, "/"].map((path) =>
      Deno.permissions.querySync({ name: "read", path }).state === "granted").join())`;
    await Deno.writeTextFile(`${place.path}/ask.ts`, ask);

    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...flags, `${place.path}/ask.ts`],
    }).output();

    const text = new TextDecoder();
    // Newer runtimes no longer know how to write a comma, and say so.
    if (/Empty path is not allowed/.test(text.decode(stderr))) continue;
    assert.equal(text.decode(stdout).trim(), "false,true,false", name);
  }
});
