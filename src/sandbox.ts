import { type CommandName, type Invocation, parseCommandLine } from "./cli/usage.ts";
import { type Config, databaseAddress, readConfig, type Surroundings } from "./config.ts";
import { parseEnvFile } from "./env_file.ts";
import { AppError, messageOf, UsageError } from "./errors.ts";

/** What the worker of a command may use; everything absent is denied. */
export interface Reach {
  readonly net: readonly string[];
  readonly read: readonly string[];
  readonly write: readonly string[];
}

/** What the worker is told once the main side has given up its own permissions. */
export interface Order {
  readonly invocation: Invocation;
  readonly config: Config;
  readonly terminal: boolean;
}

/** How long a worker that was asked to stop may take; it may wait for a client that does not read. */
const STOP_MS = 10_000;

const NOTHING: Reach = { net: [], read: [], write: [] };

/** Commands that never open the store. */
const STORELESS: readonly CommandName[] = ["permissions", "version", "help"];

/** The smallest reach with which the command can do its work under this configuration. */
export function reachOf(command: CommandName, { dataDir, databaseUrl }: Config): Reach {
  if (STORELESS.includes(command)) return NOTHING;
  if (databaseUrl !== undefined) return { ...NOTHING, net: [databaseAddress(databaseUrl)] };
  return { ...NOTHING, read: [dataDir], write: [dataDir] };
}

/** The `deno run` flags that grant the same. */
export function flagsOf({ net, read, write }: Reach): string[] {
  const allow = (name: string, values: readonly string[]) =>
    values.length > 0 ? [`--allow-${name}=${values.join(",")}`] : [];
  return [
    "--no-prompt",
    ...allow("net", net),
    ...allow("read", read),
    ...allow("write", write),
    ...["env", "run", "ffi", "sys", "import"].map((name) => `--deny-${name}`),
  ];
}

/** Runs one command line in a worker that can reach only what the command needs, then exits. */
export function run(argv: readonly string[]): void {
  const order = understand(argv);
  const { net, read, write } = reachOf(order.invocation.command, order.config);
  for (const path of read) refuseLinks(path);
  const worker = new Worker(new URL("./worker.ts", import.meta.url).href, {
    type: "module",
    deno: {
      permissions: {
        net: [...net],
        read: [...read],
        write: [...write],
        env: false,
        run: false,
        ffi: false,
        sys: false,
        import: false,
      },
    },
  });
  worker.onmessage = ({ data }: MessageEvent<"up" | { exit: number }>) => {
    if (data === "up") {
      giveUpPermissions();
      worker.postMessage(order);
    } else {
      Deno.exit(data.exit);
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(70, `selfos stopped on a defect: ${event.message}`, "report it with what you did before");
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) {
    Deno.addSignalListener(signal, () => {
      worker.postMessage("stop");
      setTimeout(() => Deno.exit(1), STOP_MS);
    });
  }
}

function understand(argv: readonly string[]): Order {
  try {
    const invocation = parseCommandLine(argv);
    const terminal = Deno.stderr.isTerminal();
    const around: Surroundings = {
      env: environment(invocation),
      os: Deno.build.os,
      cwd: Deno.cwd(),
      terminal,
    };
    return { invocation, config: readConfig(invocation.options, around), terminal };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof AppError)) throw error;
    const { message, advice } = error;
    const code = error instanceof AppError ? error.code : "usage";
    if (argv.includes("--json")) {
      print(Deno.stdout, JSON.stringify({ error: { code, message, advice } }));
    }
    return fail(code === "usage" ? 2 : 1, message, advice);
  }
}

/** Help and version answer whatever the settings are: they are where one looks when those are wrong. */
function environment(invocation: Invocation): Record<string, string> {
  const variables = { ...environmentFile(invocation), ...Deno.env.toObject() };
  if (invocation.command !== "help" && invocation.command !== "version") return variables;
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => !name.startsWith("SELFOS_")),
  );
}

function environmentFile({ options }: Invocation): Record<string, string> {
  const path = options["env-file"];
  if (typeof path !== "string") return {};
  try {
    return parseEnvFile(Deno.readTextFileSync(path), path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("invalid_input", `Cannot read --env-file ${path}: ${messageOf(error)}`);
  }
}

/**
 * The runtime follows a symbolic link out of a directory that the worker may use. The worker cannot
 * make one, so what is left to refuse is one that lies there already.
 */
function refuseLinks(directory: string): void {
  for (const { name, isSymlink, isDirectory } of entriesOf(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) refuseLinks(path);
    if (!isSymlink) continue;
    fail(
      1,
      `Cannot use ${directory} as ${path} is a symbolic link, which would lead out of the sandbox`,
      "move it elsewhere",
    );
  }
}

/** Nothing, where the directory is not there yet or cannot be read: opening it will say so. */
function entriesOf(directory: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(directory)];
  } catch {
    return [];
  }
}

function giveUpPermissions(): void {
  for (const name of ["env", "net", "read", "write", "run", "ffi", "sys", "import"] as const) {
    Deno.permissions.revokeSync({ name });
  }
}

function fail(status: number, message: string, advice?: string): never {
  print(Deno.stderr, `Error: ${message}${advice ? `\nTry:   ${advice}` : ""}`);
  Deno.exit(status);
}

function print(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  stream.writeSync(new TextEncoder().encode(`${text}\n`));
}
