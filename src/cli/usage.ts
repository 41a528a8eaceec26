import { parseArgs } from "node:util";
import { type Config, flagOf, settingNames, SETTINGS } from "../config.ts";
import { messageOf, nearest, quote, UsageError } from "../errors.ts";
import type { ModelFiles } from "../model_files.ts";
import type { Command, Option } from "./usage/command.ts";
import { type CommandName, COMMANDS } from "./usage/commands.ts";

type OptionValue = string | boolean;

/** One command line, understood. */
export interface Invocation {
  readonly command: CommandName;
  readonly options: Readonly<Record<string, OptionValue | readonly OptionValue[] | undefined>>;
  readonly positionals: readonly string[];
}

/** What the worker is told once the main side has given up its own permissions. */
export interface Order {
  readonly invocation: Invocation;
  readonly config: Config;
  /** The built-in model, where this machine has it. */
  readonly model: ModelFiles | undefined;
}

const COMMON_OPTIONS: Record<string, Option> = {
  "env-file": { value: "FILE", help: "read variables from a file" },
  json: { help: "answer with JSON" },
  help: { help: "explain this command" },
};

/** @throws UsageError with the nearest command or option */
export function parseCommandLine(argv: readonly string[]): Invocation {
  const [first, second, ...rest] = argv;
  if (first === undefined) throw new UsageError("Cannot start without a command", "selfos help");
  if (first === "--help" || first === "-h") return invocation("help", {}, []);
  if (first === "--version" || first === "-V") return invocation("version", {}, []);
  if (first.startsWith("-")) {
    throw new UsageError(
      `Cannot run ${quote(first)} as a command comes first`,
      `selfos COMMAND ${first}`,
    );
  }
  const pair = second === undefined ? first : `${first} ${second}`;
  if (isCommand(pair) && pair !== first) return parseOptions(pair, rest);
  if (isCommand(first)) return parseOptions(first, argv.slice(1));
  if (first === "migrate" && (second === undefined || second.startsWith("-"))) {
    return parseOptions("migrate up", argv.slice(1));
  }
  throw unknownCommand(first, second);
}

/** Every option of a command: its own, the settings, and those of all commands. */
export function optionsOf(name: CommandName): Record<string, Option> {
  const { options }: Command = COMMANDS[name];
  return { ...options, ...settingOptions(), ...COMMON_OPTIONS };
}

/** Whether this is the whole name of a command. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

/** The error for a word that is no command; says which is nearest. */
export function unknownCommand(first: string, second?: string): UsageError {
  const group = Object.keys(COMMANDS).filter((name) => name.startsWith(`${first} `));
  if (group.length > 0) {
    const near = second === undefined ? undefined : nearest(`${first} ${second}`, group);
    const what = second === undefined ? `${first} alone` : `${first} ${quote(second)}`;
    return new UsageError(
      `Cannot run ${what}: it is one of ${group.join(", ")}`,
      `selfos ${near ?? `help ${group[0]}`}`,
    );
  }
  const heads = Object.keys(COMMANDS).map((name) => name.split(" ")[0] ?? name);
  const near = nearest(first, heads);
  return new UsageError(
    `Cannot run ${quote(first)} as there is no such command`,
    `selfos ${near ?? "help"}`,
  );
}

function parseOptions(command: CommandName, argv: readonly string[]): Invocation {
  const { positionals: [least, most] = [0, 0] }: Command = COMMANDS[command];
  const known = optionsOf(command);
  const { values, positionals } = parseStrictly(command, argv, known);
  if (values["help"]) return invocation("help", {}, command.split(" "));
  if (positionals.length < least || positionals.length > most) {
    const given = positionals.length > most
      ? `takes ${most === 0 ? "no argument" : `at most ${most}`}: got ${quote(positionals[most])}`
      : "misses an argument";
    throw new UsageError(`Cannot run ${command} as it ${given}`, `selfos help ${command}`);
  }
  return invocation(command, values, positionals);
}

function parseStrictly(
  command: CommandName,
  argv: readonly string[],
  known: Readonly<Record<string, Option>>,
) {
  for (const word of argv) {
    if (word === "--") break;
    const name = /^--([^=]+)/.exec(word)?.[1];
    if (name === undefined || Object.hasOwn(known, name)) continue;
    const near = nearest(name, Object.keys(known));
    throw new UsageError(
      `Cannot run ${command} as it has no option --${name}`,
      near ? `selfos ${command} --${near}` : `selfos help ${command}`,
    );
  }
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value, multiple = false }]) => [
      name,
      name === "help"
        ? { type: "boolean" as const, short: "h" }
        : { type: value ? "string" as const : "boolean" as const, multiple },
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [reason = ""] = messageOf(error).split(/[.\n]/);
    throw new UsageError(`Cannot run ${command}: ${reason}`, `selfos help ${command}`);
  }
}

function invocation(
  command: CommandName,
  options: Invocation["options"],
  positionals: readonly string[],
): Invocation {
  return { command, options, positionals };
}

function settingOptions(): Record<string, Option> {
  return Object.fromEntries(settingNames().map((name) => [flagOf(name), SETTINGS[name]]));
}
