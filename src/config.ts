import { BACKUP_SETTINGS } from "./config/backup.ts";
import { NETWORK_SETTINGS } from "./config/network.ts";
import { PLANNING_SETTINGS, refuseUnsafePlanning } from "./config/planning.ts";
import { refuseUnsafeSearch, SEARCH_SETTINGS } from "./config/search.ts";
import { type Setting, setting } from "./config/setting.ts";
import { refuseUnsafeTokens, TOKEN_SETTINGS } from "./config/tokens.ts";
import {
  absolute,
  databaseUrl,
  integer,
  lifetime,
  oneOf,
  platformDataDir,
  rate,
  redisUrl,
  size,
  type Surroundings,
  timeZone,
  userId,
  withoutComma,
} from "./config/values.ts";
import { AppError, nearest, UsageError } from "./errors.ts";
import { LEVELS } from "./permissions.ts";

export const TOOLSETS = [
  "goals",
  "tasks",
  "memory",
  "planning",
  "insights",
  "history",
  "data",
] as const;
export type Toolset = typeof TOOLSETS[number];

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export const LOG_FORMATS = ["text", "json"] as const;

/** The person whose assistant is started from a desktop client. */
export const LOCAL_USER = "local";

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
  redisUrl: setting({
    variable: "SELFOS_REDIS_URL",
    value: "URL",
    help: "`redis://…` or `rediss://…` for limits, sessions and events shared by several instances",
    fallback: "none: in-process",
    parse: (text) => text === undefined ? undefined : redisUrl(text),
  }),
  ...NETWORK_SETTINGS,
  apiKey: setting({
    variable: "SELFOS_API_KEY",
    refusesEmpty: true,
    value: "KEY",
    help: "the credential of a stdio server and of `selfos call`",
    fallback: "none: the local user",
    parse: (text) => text,
  }),
  ...TOKEN_SETTINGS,
  ...SEARCH_SETTINGS,
  ...PLANNING_SETTINGS,
  ...BACKUP_SETTINGS,
  maxConnections: setting({
    variable: "SELFOS_MAX_CONNECTIONS",
    value: "N",
    help: "open streams, WebSockets and sessions at once",
    fallback: "`1024`",
    parse: (text) => integer("connections", text ?? "1024", 1, 100_000),
  }),
  rateLimit: setting({
    variable: "SELFOS_RATE_LIMIT",
    value: "N/m",
    help: "calls of one key, per s, m or h",
    fallback: "`1200/m`",
    parse: (text) => rate("rate limit", text ?? "1200/m"),
  }),
  maxBody: setting({
    variable: "SELFOS_MAX_BODY",
    value: "SIZE",
    help: "largest request body, in bytes, kb or mb",
    fallback: "`1mb`",
    parse: (text) => size("body size", text ?? "1mb"),
  }),
  auditKeep: setting({
    variable: "SELFOS_AUDIT_KEEP",
    value: "TIME",
    help: "how long a server keeps records of the audit trail, as `400d`",
    fallback: "`never`: they never end",
    parse: (text) => lifetime("time to keep records", text ?? "never"),
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
    refusesEmpty: true,
    value: "LEVEL",
    help: `what the assistant may do: ${LEVELS.join(", ")}`,
    fallback: "`read_write`",
    parse: (text) => oneOf("level", LEVELS, text ?? "read_write"),
  }),
  toolsets: setting({
    variable: "SELFOS_TOOLSETS",
    refusesEmpty: true,
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
export type Config =
  & { readonly [Name in SettingName]: ReturnType<Settings[Name]["parse"]> }
  & {
    /** The settings that were given, each with the flag or variable that gave it. */
    readonly given: { readonly [Name in SettingName]?: string };
  };

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
  const sources: { [Name in SettingName]?: string } = {};
  const read = <T>(name: SettingName, { variable, parse, refusesEmpty = false }: Setting<T>): T => {
    const flag = flags[flagOf(name)];
    const given = typeof flag === "string" ? flag : undefined;
    const text = given ?? surroundings.env[variable];
    if (text) sources[name] = given === undefined ? variable : `--${flagOf(name)}`;
    try {
      if (text === "" && (given === "" || refusesEmpty)) {
        const advice = given === "" ? "leave it out" : `unset ${variable}, or give it a value`;
        throw new AppError("invalid_input", "it is empty", advice);
      }
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
  const config: Config = {
    dataDir: read("dataDir", SETTINGS.dataDir),
    databaseUrl: read("databaseUrl", SETTINGS.databaseUrl),
    redisUrl: read("redisUrl", SETTINGS.redisUrl),
    transports: read("transports", SETTINGS.transports),
    host: read("host", SETTINGS.host),
    port: read("port", SETTINGS.port),
    publicUrl: read("publicUrl", SETTINGS.publicUrl),
    allowedHosts: read("allowedHosts", SETTINGS.allowedHosts),
    allowedOrigins: read("allowedOrigins", SETTINGS.allowedOrigins),
    tlsCert: read("tlsCert", SETTINGS.tlsCert),
    tlsKey: read("tlsKey", SETTINGS.tlsKey),
    apiKey: read("apiKey", SETTINGS.apiKey),
    firebaseProjectId: read("firebaseProjectId", SETTINGS.firebaseProjectId),
    firebaseLevel: read("firebaseLevel", SETTINGS.firebaseLevel),
    firebaseSignUp: read("firebaseSignUp", SETTINGS.firebaseSignUp),
    firebaseEmulator: read("firebaseEmulator", SETTINGS.firebaseEmulator),
    oidc: read("oidc", SETTINGS.oidc),
    embeddingsUrl: read("embeddingsUrl", SETTINGS.embeddingsUrl),
    embeddingsModel: read("embeddingsModel", SETTINGS.embeddingsModel),
    embeddingsApiKey: read("embeddingsApiKey", SETTINGS.embeddingsApiKey),
    modelIdle: read("modelIdle", SETTINGS.modelIdle),
    aiUrl: read("aiUrl", SETTINGS.aiUrl),
    aiModel: read("aiModel", SETTINGS.aiModel),
    aiApiKey: read("aiApiKey", SETTINGS.aiApiKey),
    backupSchedule: read("backupSchedule", SETTINGS.backupSchedule),
    backupKeep: read("backupKeep", SETTINGS.backupKeep),
    maxConnections: read("maxConnections", SETTINGS.maxConnections),
    rateLimit: read("rateLimit", SETTINGS.rateLimit),
    maxBody: read("maxBody", SETTINGS.maxBody),
    auditKeep: read("auditKeep", SETTINGS.auditKeep),
    user: read("user", SETTINGS.user),
    level: read("level", SETTINGS.level),
    toolsets: read("toolsets", SETTINGS.toolsets),
    timeZone: read("timeZone", SETTINGS.timeZone),
    logLevel: read("logLevel", SETTINGS.logLevel),
    logFormat: read("logFormat", SETTINGS.logFormat),
    given: sources,
  };
  refuseUnsafeTokens(config);
  refuseUnsafeSearch(config);
  refuseUnsafePlanning(config);
  return config;
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
