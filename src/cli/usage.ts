import { parseArgs } from "node:util";
import { type Config, flagOf, settingNames, SETTINGS } from "../config.ts";
import { messageOf, nearest, quote, UsageError } from "../errors.ts";

interface Option {
  /** The placeholder of its value; an option without one is a switch. */
  readonly value?: string;
  readonly help: string;
  /** Whether it may be given more than once. */
  readonly multiple?: true;
}

interface Command {
  readonly summary: string;
  readonly usage?: string;
  readonly options?: Readonly<Record<string, Option>>;
  /** Least and most positional arguments. */
  readonly positionals?: readonly [number, number];
  readonly example?: string;
}

const PERSON_OPTIONS = {
  name: { value: "NAME", help: "full name" },
  email: { value: "EMAIL", help: "e-mail address" },
  "week-start": { value: "DAY", help: "first day of the week, monday to sunday" },
  "work-hours": { value: "FROM-TO", help: "working hours, as 09:00-17:00" },
  "work-days": { value: "DAYS", help: "working days, as mon,tue,wed" },
} as const;

/** Every command of the binary, in the order of `selfos help`. */
export const COMMANDS = {
  serve: {
    summary: "serve assistants over the Model Context Protocol",
    options: { migrate: { help: "bring a PostgreSQL schema up to date first" } },
    example: "selfos serve --transport stdio",
  },
  call: {
    summary: "run one tool from the shell",
    usage: "TOOL ['JSON'|key=value…]",
    options: {
      as: { value: "KEY_ID", help: "act as the holder of this key" },
      "dry-run": { help: "say whether the call would be allowed, and run nothing" },
    },
    positionals: [1, 100],
    example: 'selfos call create_task title="Water the plants" due_date=tomorrow',
  },
  history: {
    summary: "list what changed, newest first",
    options: {
      since: { value: "TIME", help: "only changes from this time on" },
      client: { value: "NAME", help: "only changes by this client" },
      limit: { value: "N", help: "how many, 1 to 100 (default 20)" },
      cursor: { value: "CURSOR", help: "where the last page ended" },
    },
    example: "selfos history --since yesterday --client claude-ai",
  },
  undo: {
    summary: "reverse a change, the last one, or all by one client since a time",
    usage: "[CHANGE_ID | --last | --since TIME --client NAME]",
    options: {
      last: { help: "the last change that still stands" },
      since: { value: "TIME", help: "with --client: every change from this time on" },
      client: { value: "NAME", help: "whose changes" },
    },
    positionals: [0, 1],
    example: "selfos undo --last",
  },
  "users create": {
    summary: "add a person",
    usage: "ID",
    options: PERSON_OPTIONS,
    positionals: [1, 1],
    example: "selfos users create ada --name 'Ada Lovelace' --time-zone Europe/London",
  },
  "users list": { summary: "list the people" },
  "users show": { summary: "show a person", usage: "ID", positionals: [1, 1] },
  "users update": {
    summary: "change a person's details",
    usage: "ID",
    options: PERSON_OPTIONS,
    positionals: [1, 1],
    example: "selfos users update ada --week-start sunday",
  },
  "users delete": {
    summary: "move a person to the trash",
    usage: "ID",
    options: { yes: { help: "do not ask" } },
    positionals: [1, 1],
  },
  "keys create": {
    summary: "make a key with which a client acts for a person; shown once",
    usage: "--name NAME",
    options: {
      name: { value: "NAME", help: "what the key is for" },
      expires: { value: "TIME", help: "how long it works: 90d (default), 12h, or never" },
      tools: { value: "GLOB", help: "only tools and prompts of these names", multiple: true },
      resources: { value: "GLOB", help: "only resources of these addresses", multiple: true },
      areas: { value: "A,B", help: "only what is in these life areas", multiple: true },
    },
    example: "selfos keys create --name planner --tools '*_tasks' --areas Work --expires 30d",
  },
  "keys list": { summary: "list the keys, of everyone or of --user" },
  "keys show": {
    summary: "show a key, but for its secret, and what it can do",
    usage: "ID",
    positionals: [1, 1],
  },
  "keys rotate": {
    summary: "replace a key; the old one works for 24 hours more",
    usage: "ID",
    positionals: [1, 1],
  },
  "keys revoke": {
    summary: "end a key within 30 seconds, for good",
    usage: "ID",
    options: { yes: { help: "do not ask" } },
    positionals: [1, 1],
  },
  "areas list": { summary: "list the life areas of a person, and who shares them" },
  "areas share": {
    summary: "let another person see a life area, or edit what is in it",
    usage: "AREA --with USER",
    options: {
      with: { value: "USER", help: "the other person" },
      as: { value: "ROLE", help: "reader (default) or editor" },
    },
    positionals: [1, 1],
    example: "selfos areas share Household --with bob --as editor --user ada",
  },
  "areas unshare": {
    summary: "end the share of a life area at once",
    usage: "AREA --with USER",
    options: { with: { value: "USER", help: "the other person" } },
    positionals: [1, 1],
  },
  "migrate up": { summary: "bring the schema of the store up to date" },
  "migrate status": { summary: "show which schema steps the store has" },
  permissions: {
    summary: "show what the sandbox may reach with this configuration",
    usage: "[COMMAND]",
    positionals: [0, 2],
  },
  version: { summary: "print the version" },
  help: { summary: "explain a command", usage: "[COMMAND]", positionals: [0, 2] },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof COMMANDS;

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

/** The command and all its options as text for a terminal. */
export function helpFor(name: CommandName): string {
  const command: Command = COMMANDS[name];
  const options = { ...command.options, ...settingOptions(), ...COMMON_OPTIONS };
  const usage = ["selfos", name, command.usage, "[options]"].filter(Boolean).join(" ");
  return [
    `${capital(command.summary)}.`,
    "",
    `Usage: ${usage}`,
    ...(command.example ? [`Example: ${command.example}`] : []),
    "",
    "Options:",
    ...columns(
      Object.entries(options).map(([option, { value, help }]) => [
        `--${option}${value ? ` ${value}` : ""}`,
        plain(help),
      ]),
    ),
  ].join("\n");
}

/** All commands as text for a terminal. */
export function overview(): string {
  return [
    "SelfOS gives AI assistants safe access to your goals and tasks.",
    "",
    "Usage: selfos COMMAND [options]",
    "",
    ...columns(Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary])),
    "",
    "Settings, as flags of any command or as variables:",
    ...columns(settingNames().map((name) => [SETTINGS[name].variable, plain(SETTINGS[name].help)])),
    "",
    "selfos help COMMAND explains a command and its options.",
  ].join("\n");
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
  const { options: own = {}, positionals: [least, most] = [0, 0] }: Command = COMMANDS[command];
  const known = { ...own, ...settingOptions(), ...COMMON_OPTIONS };
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

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}

/** Help texts are written for the README; a terminal shows no code marks. */
function plain(help: string): string {
  return help.replaceAll("`", "");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
