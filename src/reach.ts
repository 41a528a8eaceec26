import { basename, dirname, join } from "node:path";
import type { CommandName } from "./cli/usage/commands.ts";
import type { NamedFiles } from "./cli/usage/files.ts";
import type { Config } from "./config.ts";
import { backupFolder } from "./config/backup.ts";
import { planningAddresses } from "./config/planning.ts";
import { endpointAddresses } from "./config/search.ts";
import { keyAddresses } from "./config/tokens.ts";
import { databaseAddress, inAddress, redisAddress } from "./config/values.ts";
import type { ModelFiles } from "./model_files.ts";

/** What the worker of a command may use; everything absent is denied. */
export interface Reach {
  readonly net: readonly string[];
  readonly read: readonly string[];
  readonly write: readonly string[];
}

/** What no worker may do, whatever the configuration. */
export const DENIED = ["env", "run", "ffi", "sys", "import"] as const;

const NOTHING = { net: [], read: [], write: [] } satisfies Reach;

/** Commands that never open the store. */
const STORELESS: readonly CommandName[] = ["permissions", "version", "help"];

/** Commands that change nothing which other instances would want to hear of. */
const UNSHARED: readonly CommandName[] = ["migrate up", "migrate status"];

/**
 * The text of the program: whoever starts a worker must be able to read it. Of a source, the steps of the
 * schema lie beside it; in a binary they are part of it.
 */
const PROGRAM = programIn(import.meta.dirname);

/** Commands that run tools, which may compare meanings, for which they start workers, and ask models. */
const RUNNING: readonly CommandName[] = ["serve", "call", "proposals approve"];

/**
 * The smallest reach with which the command can do its work under this configuration.
 *
 * @param model the built-in model, where this machine has it
 * @param named what the command line names
 */
export function reachOf(
  command: CommandName,
  config: Config,
  model: ModelFiles | undefined,
  named: Pick<NamedFiles, "read" | "write"> = NOTHING,
): Reach {
  if (STORELESS.includes(command)) return NOTHING;
  const { dataDir, databaseUrl, redisUrl } = config;
  const redis = redisUrl === undefined || UNSHARED.includes(command)
    ? []
    : [redisAddress(redisUrl)];
  const store = databaseUrl === undefined
    ? { net: redis, read: [dataDir], write: [dataDir] }
    : { net: [databaseAddress(databaseUrl), ...redis], ...foldersOf(command, config) };
  const listens = command === "serve" && !config.transports.includes("stdio");
  const verifies = listens ||
    ((command === "serve" || command === "call") && config.apiKey !== undefined);
  const runs = RUNNING.includes(command);
  const endpoints = runs ? endpointAddresses(config) : [];
  const program = runs ? PROGRAM : [];
  const builtIn = runs && endpoints.length === 0 && model !== undefined ? [model.directory] : [];
  const models = runs ? [...endpoints, ...planningAddresses(config)] : [];
  const net = [...new Set([...store.net, ...(verifies ? keyAddresses(config) : []), ...models])];
  const read = [...store.read, ...program, ...builtIn, ...named.read];
  const write = [...store.write, ...named.write];
  if (!listens) return { net, read, write };
  const { host, port, tlsCert, tlsKey } = config;
  const files = [tlsCert, tlsKey].filter((file) => file !== undefined);
  return {
    write,
    net: [...net, `${inAddress(host)}:${port}`],
    read: [...read, ...files],
  };
}

/** Beside a store that is elsewhere, only archives lie on this machine. */
function foldersOf(command: CommandName, config: Config): Pick<Reach, "read" | "write"> {
  const folders = [backupFolder(config)];
  const serves = command === "serve" || command === "call";
  const makes = serves && (config.toolsets.includes("data") || config.backupSchedule !== undefined);
  if (makes || command.startsWith("backup ")) return { read: folders, write: folders };
  // It tells in which of them somebody is left.
  return { read: command === "users delete" ? folders : [], write: [] };
}

function programIn(directory: string | undefined): string[] {
  if (directory === undefined) return [];
  // A binary is unpacked into a folder of another name; its workers cannot tell otherwise.
  const isSource = basename(directory) === "src";
  return isSource ? [directory, join(dirname(directory), "migrations")] : [directory];
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
    ...DENIED.map((name) => `--deny-${name}`),
  ];
}
