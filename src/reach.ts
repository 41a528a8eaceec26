import { backupsIn } from "./app/archives_left.ts";
import type { CommandName } from "./cli/usage/commands.ts";
import type { NamedFiles } from "./cli/usage/files.ts";
import type { Config } from "./config.ts";
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

const NOTHING: Reach = { net: [], read: [], write: [] };

/** Commands that never open the store. */
const STORELESS: readonly CommandName[] = ["permissions", "version", "help"];

/** Commands that change nothing which other instances would want to hear of. */
const UNSHARED: readonly CommandName[] = ["migrate up", "migrate status"];

/** The text of the program: whoever starts a worker must be able to read it. */
const PROGRAM = import.meta.dirname;

/** Commands that run tools, which may compare meanings, for which they start workers, and ask models. */
const RUNNING: readonly CommandName[] = ["serve", "call", "proposals approve"];

/**
 * The smallest reach with which the command can do its work under this configuration.
 *
 * @param model the built-in model, where this machine has it
 * @param files what the command line names
 */
export function reachOf(
  command: CommandName,
  config: Config,
  model: ModelFiles | undefined,
  files: NamedFiles = {},
): Reach {
  if (STORELESS.includes(command)) return NOTHING;
  const own = reachOfWork(command, config, model);
  // What is written is made beside its place, and what it replaces is kept until then.
  const written = files.write === undefined
    ? []
    : ["", ".partial", ".previous"].map((ending) => `${files.write}${ending}`);
  const read = files.read === undefined ? [] : [files.read];
  return { ...own, read: [...own.read, ...read, ...written], write: [...own.write, ...written] };
}

function reachOfWork(
  command: CommandName,
  config: Config,
  model: ModelFiles | undefined,
): Reach {
  const { dataDir, databaseUrl, redisUrl } = config;
  const redis = redisUrl === undefined || UNSHARED.includes(command)
    ? []
    : [redisAddress(redisUrl)];
  const store = databaseUrl === undefined
    ? { net: redis, read: [dataDir], write: [dataDir] }
    : { net: [databaseAddress(databaseUrl), ...redis], read: [], write: [] };
  const listens = command === "serve" && !config.transports.includes("stdio");
  const verifies = listens ||
    ((command === "serve" || command === "call") && config.apiKey !== undefined);
  const runs = RUNNING.includes(command);
  const endpoints = runs ? endpointAddresses(config) : [];
  const program = runs && PROGRAM !== undefined ? [PROGRAM] : [];
  const builtIn = runs && endpoints.length === 0 && model !== undefined ? [model.directory] : [];
  const models = runs ? [...endpoints, ...planningAddresses(config)] : [];
  const tellsOfBackups = command === "users delete" && databaseUrl !== undefined;
  const backups = tellsOfBackups ? [backupsIn(dataDir)] : [];
  const net = [...new Set([...store.net, ...(verifies ? keyAddresses(config) : []), ...models])];
  const read = [...store.read, ...backups, ...program, ...builtIn];
  if (!listens) return { ...store, net, read };
  const { host, port, tlsCert, tlsKey } = config;
  const files = [tlsCert, tlsKey].filter((file) => file !== undefined);
  return {
    ...store,
    net: [...net, `${inAddress(host)}:${port}`],
    read: [...read, ...files],
  };
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
