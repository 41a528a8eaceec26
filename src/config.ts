import { AppError, nearest, quote, UsageError } from "./errors.ts";
import { LEVELS } from "./permissions.ts";

export const TOOLSETS = ["goals", "tasks", "insights", "history"] as const;
export type Toolset = typeof TOOLSETS[number];

export const TRANSPORTS = ["stdio"] as const;
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export const LOG_FORMATS = ["text", "json"] as const;

/** The person whose assistant is started from a desktop client. */
export const LOCAL_USER = "local";

/** Where the configuration comes from, and what its defaults depend on. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly os: typeof Deno.build.os;
  readonly cwd: string;
  readonly terminal: boolean;
}

interface Setting<T> {
  /** The environment variable; the flag is the same name without its prefix, in kebab case. */
  readonly variable: `SELFOS_${string}`;
  readonly value: string;
  readonly help: string;
  readonly fallback: string;
  parse(text: string | undefined, surroundings: Surroundings): T;
}

/** Every setting, in the order of the documentation. */
export const SETTINGS = {
  dataDir: setting({
    variable: "SELFOS_DATA_DIR",
    value: "DIR",
    help: "directory of the embedded store",
    fallback: "the platform's data directory + `/selfos`",
    parse: (text, around) => withoutComma(absolute(text ?? platformDataDir(around), around)),
  }),
  databaseUrl: setting({
    variable: "SELFOS_DATABASE_URL",
    value: "URL",
    help: "`postgres://…` to use PostgreSQL 14 or newer",
    fallback: "none: embedded SQLite in the data directory",
    parse: (text) => text === undefined ? undefined : databaseUrl(text),
  }),
  transport: setting({
    variable: "SELFOS_TRANSPORT",
    value: "NAME",
    help: "how clients reach the server",
    fallback: "`stdio`",
    parse: (text) => oneOf("transport", TRANSPORTS, text ?? "stdio"),
  }),
  user: setting({
    variable: "SELFOS_USER",
    value: "USER",
    help: "the person whose life is served",
    fallback: `\`${LOCAL_USER}\``,
    parse: (text) => userId(text ?? LOCAL_USER),
  }),
  level: setting({
    variable: "SELFOS_LEVEL",
    value: "LEVEL",
    help: `what the assistant may do: ${LEVELS.join(", ")}`,
    fallback: "`read_write`",
    parse: (text) => oneOf("level", LEVELS, text ?? "read_write"),
  }),
  toolsets: setting({
    variable: "SELFOS_TOOLSETS",
    value: "A,B",
    help: `tools to offer: ${TOOLSETS.join(", ")}`,
    fallback: "all",
    parse: (text) =>
      text === undefined
        ? [...TOOLSETS]
        : text.split(",").map((name) => oneOf("toolset", TOOLSETS, name.trim())),
  }),
  timeZone: setting({
    variable: "SELFOS_TIME_ZONE",
    value: "ZONE",
    help: "IANA time zone of people created without one",
    fallback: "the system's",
    // The system's zone is looked up when someone is created: it costs 10 ms of every start.
    parse: (text) => text === undefined ? undefined : timeZone(text),
  }),
  logLevel: setting({
    variable: "SELFOS_LOG_LEVEL",
    value: "LEVEL",
    help: `least severe log record on stderr: ${LOG_LEVELS.join(", ")}`,
    fallback: "`info`",
    parse: (text) => oneOf("log level", LOG_LEVELS, text ?? "info"),
  }),
  logFormat: setting({
    variable: "SELFOS_LOG_FORMAT",
    value: "FORMAT",
    help: `${LOG_FORMATS.join(" or ")}`,
    fallback: "`text` on a terminal, else `json`",
    parse: (text, { terminal }) =>
      oneOf("log format", LOG_FORMATS, text ?? (terminal ? "text" : "json")),
  }),
};

type Settings = typeof SETTINGS;
export type SettingName = keyof Settings;
export type Config = { readonly [Name in SettingName]: ReturnType<Settings[Name]["parse"]> };

/** The names of all settings, in the order of the documentation. */
export function settingNames(): SettingName[] {
  return Object.keys(SETTINGS) as SettingName[];
}

/** The flag of a setting, without its dashes: `SELFOS_DATA_DIR` → `data-dir`. */
export function flagOf(name: SettingName): string {
  return SETTINGS[name].variable.slice("SELFOS_".length).toLowerCase().replaceAll("_", "-");
}

/**
 * Reads the configuration; flags win over the environment.
 *
 * @throws AppError `invalid_input` naming the unknown variable or the bad value of one
 * @throws UsageError naming the flag with a bad value
 */
export function readConfig(
  flags: Readonly<Record<string, unknown>>,
  surroundings: Surroundings,
): Config {
  refuseUnknownVariables(surroundings.env);
  const read = <T>(name: SettingName, { variable, parse }: Setting<T>): T => {
    const flag = flags[flagOf(name)];
    const given = typeof flag === "string" ? flag : undefined;
    const text = given ?? surroundings.env[variable];
    try {
      if (given === "") throw new AppError("invalid_input", "it is empty", "leave it out");
      return parse(text === "" ? undefined : text, surroundings);
    } catch (error) {
      if (!(error instanceof AppError) || text === undefined) throw error;
      const { code, message, advice } = error;
      if (given === undefined) {
        throw new AppError(code, `Cannot use ${variable}: ${message}`, advice);
      }
      throw new UsageError(`Cannot use --${flagOf(name)}: ${message}`, advice ?? "selfos help");
    }
  };
  return {
    dataDir: read("dataDir", SETTINGS.dataDir),
    databaseUrl: read("databaseUrl", SETTINGS.databaseUrl),
    transport: read("transport", SETTINGS.transport),
    user: read("user", SETTINGS.user),
    level: read("level", SETTINGS.level),
    toolsets: read("toolsets", SETTINGS.toolsets),
    timeZone: read("timeZone", SETTINGS.timeZone),
    logLevel: read("logLevel", SETTINGS.logLevel),
    logFormat: read("logFormat", SETTINGS.logFormat),
  };
}

/** `host:port` of a PostgreSQL address. */
export function databaseAddress(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname || "localhost"}:${port || "5432"}`;
}

/** The name of a person: a lower-case letter or digit, then at most 63 of `a-z 0-9 . _ -`. */
export function userId(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(text)) return text;
  throw new AppError(
    "invalid_input",
    `user must be 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit: got ${quote(text)}`,
  );
}

/** The canonical name of an IANA time zone. */
export function timeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new AppError(
      "invalid_input",
      `time zone must be an IANA name: got ${quote(text)}`,
      'write it as "Europe/Berlin"',
    );
  }
}

function setting<T>(setting: Setting<T>): Setting<T> {
  return setting;
}

function refuseUnknownVariables(env: Readonly<Record<string, string>>): void {
  const known = Object.values(SETTINGS).map<string>(({ variable }) => variable);
  for (const variable of Object.keys(env)) {
    if (!variable.startsWith("SELFOS_") || known.includes(variable)) continue;
    const near = nearest(variable, known);
    throw new AppError(
      "invalid_input",
      `Cannot start as the variable ${variable} is unknown`,
      near ? `rename it to ${near}, or unset it` : "unset it; `selfos help` lists the variables",
    );
  }
}

function oneOf<const T extends string>(what: string, allowed: readonly T[], text: string): T {
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  const near = nearest(text, allowed);
  throw new AppError(
    "invalid_input",
    `${what} must be one of ${allowed.join(", ")}: got ${quote(text)}`,
    near && `write ${near}`,
  );
}

function databaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1) return text;
  throw new AppError(
    "invalid_input",
    "database URL must be postgres://USER:PASSWORD@HOST:PORT/DATABASE",
  );
}

function platformDataDir({ env, os }: Surroundings): string {
  const home = env["HOME"] ?? env["USERPROFILE"];
  if (os === "windows" && env["LOCALAPPDATA"]) return `${env["LOCALAPPDATA"]}\\selfos`;
  if (os !== "darwin" && env["XDG_DATA_HOME"]) return `${env["XDG_DATA_HOME"]}/selfos`;
  if (!home) {
    throw new AppError(
      "invalid_input",
      "Cannot choose a data directory as HOME is not set",
      "set SELFOS_DATA_DIR",
    );
  }
  return os === "darwin"
    ? `${home}/Library/Application Support/selfos`
    : `${home}/.local/share/selfos`;
}

/** The runtime's permission flags separate paths with commas, and not every version can quote one. */
function withoutComma(path: string): string {
  if (!path.includes(",")) return path;
  throw new AppError("invalid_input", `the path may have no comma: got ${quote(path)}`);
}

function absolute(path: string, { cwd, os }: Surroundings): string {
  const rooted = os === "windows" ? /^([a-z]:)?[\\/]/i.test(path) : path.startsWith("/");
  return rooted ? path : `${cwd}/${path}`;
}
