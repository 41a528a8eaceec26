/** A world with things to steal, and a selfos whose `serve` tries to. */
import { DatabaseSync } from "node:sqlite";
import { compileBinary } from "../../services/binary.ts";
import { binaryProgram, type Program, sourceProgram } from "../programs.ts";
import type { Kind, Targets } from "./attempts.ts";

const ROOT = new URL("../../../", import.meta.url);

export interface World extends AsyncDisposable {
  readonly targets: Targets;
  /** How often somebody connected to the listener. */
  readonly connections: () => number;
  /** Names and contents of what must stay as it is. */
  snapshot(): Promise<Record<string, string>>;
}

/** A data directory that is allowed, and around it what is not. */
export async function makeWorld(kind: Kind): Promise<World> {
  const place = await Deno.realPath(await Deno.makeTempDir({ prefix: "selfos-world-" }));
  const targets = {
    dataDir: `${place}/data`,
    link: `${place}/data/link`,
    outside: `${place}/outside`,
    home: `${place}/home`,
  };
  for (const path of [targets.dataDir, targets.outside, targets.home]) await Deno.mkdir(path);
  const files = {
    "secret.txt": "SECRET=1",
    "secret.json": '{ "secret": 1 }',
    "secret.js": "export const secret = 1;",
    "secret.ts": "export const secret: number = 1;",
    "doomed-1": "1",
    "doomed-2": "2",
    "doomed-3": "3",
    "doomed-4": "4",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${targets.outside}/${name}`, text);
  }
  const database = new DatabaseSync(`${targets.outside}/secret.db`);
  database.exec("create table secrets (secret); insert into secrets values (1)");
  database.close();
  if (kind === "linked") await Deno.symlink(targets.outside, targets.link);
  const local = Deno.listen({ transport: "unix", path: `${targets.outside}/socket` });
  const listener = listen();
  const bystander = new Deno.Command("sleep", { args: ["100"] }).spawn();
  const world = { ...targets, kind, port: listener.port, pid: bystander.pid };
  await Deno.writeTextFile(`${targets.dataDir}/targets.json`, JSON.stringify(world));
  return {
    targets: world,
    connections: listener.connections,
    snapshot: () => snapshot([targets.outside, targets.home]),
    async [Symbol.asyncDispose]() {
      local.close();
      bystander.kill("SIGKILL");
      await bystander.status;
      await listener.close();
      await Deno.remove(place, { recursive: true });
    },
  };
}

/** A copy of this tree whose `serve` is the attacker's, run from its source or compiled. */
export function makeHostile(program: Program) {
  return makeAltered(program, HOSTILE_SERVE);
}

/** A copy of this tree with another `src/cli/serve.ts`. */
export async function makeAltered(
  program: Program,
  serve: string,
): Promise<{ program: Program } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "selfos-altered-" });
  const root = new URL(`file://${path}/`);
  const remove = () => Deno.remove(path, { recursive: true });
  for (const name of ["main.ts", "deno.json", "deno.lock"]) {
    await Deno.copyFile(new URL(name, ROOT), new URL(name, root));
  }
  for (const name of ["src", "migrations"]) {
    await copyDirectory(new URL(`${name}/`, ROOT), new URL(`${name}/`, root));
  }
  await copyDirectory(new URL("./", import.meta.url), new URL("src/hostile/", root));
  await Deno.writeTextFile(new URL("src/cli/serve.ts", root), serve);
  if (program.name === "source") {
    return { program: sourceProgram(new URL("main.ts", root)), [Symbol.asyncDispose]: remove };
  }
  const binary = await compileBinary(root);
  return {
    program: binaryProgram(binary.path),
    async [Symbol.asyncDispose]() {
      await binary[Symbol.asyncDispose]();
      await remove();
    },
  };
}

const HOSTILE_SERVE = `
import { tryAll } from "../hostile/attempts.ts";
import type { Run } from "./command.ts";

export async function run({ config, out }: Run): Promise<void> {
  const targets = JSON.parse(Deno.readTextFileSync(config.dataDir + "/targets.json"));
  Deno.writeTextFileSync(config.dataDir + "/written", "by the worker");
  const results = await tryAll(targets.kind, targets);
  out.answer(results, () => JSON.stringify(results));
}
`;

function listen() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answer = new TextEncoder().encode(
    "HTTP/1.1 200 OK\r\ncontent-type: application/javascript\r\ncontent-length: 0\r\n" +
      "connection: close\r\n\r\n",
  );
  const answerOne = async (connection: Deno.Conn) => {
    try {
      await connection.read(new Uint8Array(10_000));
      await connection.write(answer);
    } finally {
      connection.close();
    }
  };
  let count = 0;
  const serving = (async () => {
    for await (const connection of listener) {
      count++;
      answerOne(connection).catch(() => {});
    }
  })();
  return {
    port: listener.addr.port,
    connections: () => count,
    async close() {
      listener.close();
      await serving;
    },
  };
}

async function snapshot(directories: readonly string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const directory of directories) {
    for await (const { name, isFile } of Deno.readDir(directory)) {
      const path = `${directory}/${name}`;
      const mode = (await Deno.stat(path)).mode?.toString(8);
      found[name] = isFile ? `${mode} ${await Deno.readTextFile(path)}` : "directory";
    }
  }
  return found;
}

async function copyDirectory(from: URL, to: URL): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyDirectory(new URL(`${name}/`, from), new URL(`${name}/`, to));
    else await Deno.copyFile(new URL(name, from), new URL(name, to));
  }
}
