import { parseArgs } from "node:util";
import { type Config, flagOf, settingNames, SETTINGS } from "../config.ts";
import { messageOf, nearest, quote, UsageError } from "../errors.ts";

interface Option {
  /** The placeholder of its value; an option without one is a switch. */
  readonly value?: string;
  readonly help: string;
}

/** What the binary can be told to do. */
export interface Command {
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

const SUBJECT_OPTIONS = {
  issuer: { value: "URL", help: "the issuer, as it stands in its tokens (iss)" },
  subject: { value: "SUB", help: "who it is to the issuer (sub)" },
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
  "users show": {
    summary: "show a person, and whose tokens act for them",
    usage: "ID",
    positionals: [1, 1],
  },
  "users link": {
    summary: "have the tokens of a subject act for a person",
    usage: "ID --issuer URL --subject SUB",
    options: SUBJECT_OPTIONS,
    positionals: [1, 1],
    example: "selfos users link ada --issuer https://id.example.org --subject 4711",
  },
  "users unlink": {
    summary: "have the tokens of a subject act for nobody, within 30 seconds",
    usage: "ID --issuer URL --subject SUB",
    options: SUBJECT_OPTIONS,
    positionals: [1, 1],
  },
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
    },
    example: "selfos keys create --name laptop --user ada --level read_only --expires 30d",
  },
  "keys list": { summary: "list the keys, of everyone or of --user" },
  "keys show": { summary: "show a key, but for its secret", usage: "ID", positionals: [1, 1] },
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

/** One command line, understood. */
export interface Invocation {
  readonly command: CommandName;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
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
    Object.entries(known).map(([name, { value }]) => [
      name,
      name === "help"
        ? { type: "boolean" as const, short: "h" }
        : { type: value ? "string" as const : "boolean" as const },
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
