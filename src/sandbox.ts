import { Output } from "./cli/output.ts";
import { type Invocation, type Order, parseCommandLine } from "./cli/usage.ts";
import { namedArchive, refuseFolder } from "./cli/usage/archives.ts";
import { type NamedFiles, namedFiles } from "./cli/usage/files.ts";
import { readConfig } from "./config.ts";
import { backupFolder } from "./config/backup.ts";
import type { Surroundings } from "./config/values.ts";
import { parseEnvFile } from "./env_file.ts";
import { AppError, messageOf, UsageError } from "./errors.ts";
import { findModel } from "./model_files.ts";
import { openFolder } from "./places.ts";
import { DENIED, reachOf } from "./reach.ts";
import { isExporting } from "./telemetry/tracer.ts";

/** How long a worker that was asked to stop may take; it may wait for a client that does not read. */
const STOP_MS = 20_000;

/** V8 leaves it to this side to give back the memory of workers that have ended, once it does anything. */
const WAKE_MS = 2000;

/** Variables that name somebody through whom everything is to be fetched. */
const PROXIES = ["http_proxy", "https_proxy", "all_proxy"]
  .flatMap((name) => [name, name.toUpperCase()]);

/** Runs one command line in a worker that can reach only what the command needs, then exits. */
export function run(argv: readonly string[]): void {
  const order = understand(argv);
  if (Deno.env.get("OTEL_DENO") === "true" && !isExporting()) {
    new Output(false).note(
      "No traces are exported as this binary was compiled without them\n" +
        "Try:   deno task compile --traces",
    );
  }
  // What the runtime fetches would go to these, whatever the worker may reach.
  for (const name of PROXIES) Deno.env.delete(name);
  const { invocation, config, model, files } = order;
  const { net, read, write } = reachOf(invocation.command, config, model, files);
  const denied = Object.fromEntries(DENIED.map((name) => [name, false]));
  const folders = openedOf(files.folders);
  const worker = new Worker(new URL("./worker.ts", import.meta.url).href, {
    type: "module",
    deno: {
      permissions: {
        net: [...net],
        read: [...read],
        write: [...write],
        ...denied,
      },
    },
  });
  worker.onmessage = ({ data }: MessageEvent<"up" | { exit: number }>) => {
    if (data === "up") {
      giveUpPermissions();
      setInterval(() => {}, WAKE_MS);
      worker.postMessage(order);
    } else {
      Deno.exit(data.exit === 0 ? synced(folders) : data.exit);
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    new Output(false).note(`Error: selfos stopped on a defect: ${event.message}`);
    Deno.exit(70);
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  let stopping = false;
  for (const signal of signals) {
    Deno.addSignalListener(signal, () => {
      // Only a server has something to finish: what others do is a transaction, or no more than read.
      if (stopping || invocation.command !== "serve") Deno.exit(1);
      stopping = true;
      worker.postMessage("stop");
      setTimeout(() => Deno.exit(1), STOP_MS);
    });
  }
}

/** The command that a command line means, with its configuration; ends the process where it means none. */
export function understand(argv: readonly string[]): Order & { readonly files: NamedFiles } {
  try {
    const given = parseCommandLine(argv);
    const around: Surroundings = {
      env: environment(given),
      os: Deno.build.os,
      cwd: Deno.cwd(),
      terminal: Deno.stderr.isTerminal(),
    };
    const config = readConfig(given.options, around);
    const model = findModel(around);
    const meant = namedArchive(given, backupFolder(config), around);
    const { invocation, files } = namedFiles(meant, around);
    refuseFolder(invocation);
    for (const path of reachOf(invocation.command, config, model, files).write) refuseLinks(path);
    return { invocation, config, model, files };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof AppError)) throw error;
    new Output(argv.includes("--json")).failure(error);
    return Deno.exit(error instanceof UsageError ? 2 : 1);
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
    throw new AppError(
      "unavailable",
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

/** Opened now, as later nothing can be; one that is not there, the command will tell of. */
function openedOf(folders: readonly string[]): Deno.FsFile[] {
  return folders.flatMap((folder) => {
    try {
      return openFolder(folder) ?? [];
    } catch {
      return [];
    }
  });
}

/** Sees to it that what the worker has named in these folders stays; answers the exit status. */
function synced(folders: readonly Deno.FsFile[]): number {
  try {
    for (const folder of folders) folder.syncSync();
    return 0;
  } catch (error) {
    new Output(false).note(`Error: Cannot be sure that the file stays: ${messageOf(error)}`);
    return 1;
  }
}

function giveUpPermissions(): void {
  for (const name of ["net", "read", "write", ...DENIED] as const) {
    Deno.permissions.revokeSync({ name });
  }
}
