import assert from "node:assert/strict";
import {
  type Config,
  flagOf,
  LOCAL_USER,
  readConfig,
  type SettingName,
  SETTINGS,
  TOOLSETS,
} from "../src/config.ts";
import { databaseAddress, type Surroundings, timeZone, userId } from "../src/config/values.ts";
import { parseEnvFile } from "../src/env_file.ts";
import { AppError, UsageError } from "../src/errors.ts";

type Env = Record<string, string>;

function around(env: Env, rest: Partial<Surroundings> = {}): Surroundings {
  return { env, os: "linux", cwd: "/here", terminal: false, ...rest };
}

function read(flags: Env, env: Env = {}, rest: Partial<Surroundings> = {}): Config {
  return readConfig(flags, around({ HOME: "/home/ada", ...env }, rest));
}

Deno.test("without flags and variables the defaults hold", () => {
  assert.deepEqual(read({}), {
    dataDir: "/home/ada/.local/share/selfos",
    databaseUrl: undefined,
    redisUrl: undefined,
    transports: ["stdio"],
    host: "127.0.0.1",
    port: 8420,
    publicUrl: undefined,
    allowedHosts: [],
    allowedOrigins: [],
    tlsCert: undefined,
    tlsKey: undefined,
    apiKey: undefined,
    auditKeep: null,
    firebaseProjectId: undefined,
    firebaseLevel: "read_write",
    firebaseSignUp: false,
    firebaseEmulator: false,
    oidc: [],
    aiUrl: undefined,
    aiModel: undefined,
    aiApiKey: undefined,
    embeddingsUrl: undefined,
    embeddingsModel: undefined,
    embeddingsApiKey: undefined,
    modelIdle: 300_000,
    backupSchedule: undefined,
    backupKeep: { days: 7, weeks: 4, months: 12, years: 0 },
    maxConnections: 1024,
    rateLimit: { count: 1200, period: 60 },
    maxBody: 1024 ** 2,
    user: LOCAL_USER,
    level: "read_write",
    toolsets: [...TOOLSETS],
    timeZone: undefined,
    logLevel: "info",
    logFormat: "json",
    given: {},
  });
});

Deno.test("the configuration tells what was given, and how", () => {
  const { given } = read({ user: "ada" }, { SELFOS_LEVEL: "admin", SELFOS_HOST: "" });

  assert.deepEqual(given, { user: "--user", level: "SELFOS_LEVEL" });
});

const directories: { os: Surroundings["os"]; env: Env; expected: string }[] = [
  { os: "linux", env: { HOME: "/home/a" }, expected: "/home/a/.local/share/selfos" },
  { os: "linux", env: { HOME: "/home/a", XDG_DATA_HOME: "/xdg" }, expected: "/xdg/selfos" },
  {
    os: "darwin",
    env: { HOME: "/Users/a" },
    expected: "/Users/a/Library/Application Support/selfos",
  },
  {
    os: "windows",
    env: { USERPROFILE: "C:\\Users\\a", LOCALAPPDATA: "C:\\Local" },
    expected: "C:\\Local\\selfos",
  },
  { os: "linux", env: { SELFOS_DATA_DIR: "/srv/selfos" }, expected: "/srv/selfos" },
  { os: "linux", env: { SELFOS_DATA_DIR: "store" }, expected: "/here/store" },
  { os: "windows", env: { SELFOS_DATA_DIR: "D:\\store" }, expected: "D:\\store" },
  {
    os: "linux",
    env: { HOME: "/home/a", SELFOS_DATA_DIR: "" },
    expected: "/home/a/.local/share/selfos",
  },
];
for (const { os, env, expected } of directories) {
  Deno.test(`on ${os} with ${JSON.stringify(env)} the data directory is ${expected}`, () => {
    assert.equal(readConfig({}, around(env, { os })).dataDir, expected);
  });
}

const values: { name: SettingName; text: string; expected: unknown }[] = [
  { name: "dataDir", text: "/srv", expected: "/srv" },
  { name: "databaseUrl", text: "postgres://u:p@h:1/d", expected: "postgres://u:p@h:1/d" },
  { name: "databaseUrl", text: "postgresql://h/d", expected: "postgresql://h/d" },
  { name: "redisUrl", text: "redis://u:p@h:1/3", expected: "redis://u:p@h:1/3" },
  { name: "redisUrl", text: "rediss://[::1]", expected: "rediss://[::1]" },
  { name: "transports", text: "stdio", expected: ["stdio"] },
  { name: "transports", text: "ws, http", expected: ["http", "ws"] },
  { name: "transports", text: "all", expected: ["http", "sse", "ws"] },
  { name: "host", text: "[::1]", expected: "::1" },
  { name: "port", text: "0", expected: 0 },
  { name: "publicUrl", text: "https://life.example", expected: "https://life.example/" },
  { name: "allowedHosts", text: "A.example, b:80", expected: ["a.example", "b:80"] },
  { name: "allowedOrigins", text: "https://a.example", expected: ["https://a.example"] },
  { name: "tlsCert", text: "cert.pem", expected: "/here/cert.pem" },
  { name: "tlsKey", text: "/key.pem", expected: "/key.pem" },
  { name: "apiKey", text: "sos_live_x", expected: "sos_live_x" },
  { name: "firebaseProjectId", text: "my-life-4711", expected: "my-life-4711" },
  { name: "firebaseLevel", text: "read_only", expected: "read_only" },
  { name: "firebaseSignUp", text: "on", expected: true },
  { name: "maxConnections", text: "5", expected: 5 },
  { name: "rateLimit", text: "5/s", expected: { count: 5, period: 1 } },
  { name: "maxBody", text: "64kb", expected: 65_536 },
  { name: "user", text: "ada", expected: "ada" },
  { name: "level", text: "admin", expected: "admin" },
  { name: "toolsets", text: "tasks, goals", expected: ["tasks", "goals"] },
  { name: "timeZone", text: "europe/berlin", expected: "Europe/Berlin" },
  { name: "logLevel", text: "error", expected: "error" },
  { name: "logFormat", text: "text", expected: "text" },
];
for (const { name, text, expected } of values) {
  Deno.test(`${SETTINGS[name].variable} and --${flagOf(name)} take ${text}`, () => {
    assert.deepEqual(read({}, { [SETTINGS[name].variable]: text })[name], expected);
    assert.deepEqual(read({ [flagOf(name)]: text })[name], expected);
  });
}

Deno.test("a flag wins over its variable", () => {
  assert.equal(read({ level: "read_only" }, { SELFOS_LEVEL: "admin" }).level, "read_only");
});

Deno.test("an empty variable is as good as none", () => {
  assert.equal(read({}, { SELFOS_LOG_LEVEL: "" }).logLevel, "info");
});

for (const name of ["SELFOS_LEVEL", "SELFOS_API_KEY", "SELFOS_TOOLSETS"]) {
  Deno.test(`an empty ${name} is refused, as more is allowed without any`, () => {
    assert.throws(() => read({}, { [name]: "" }), (error: unknown) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.message, `Cannot use ${name}: it is empty`);
      return true;
    });
  });
}

Deno.test("an empty flag is refused, whatever the variable", () => {
  const environments: Env[] = [{}, { SELFOS_LEVEL: "read_only" }];
  for (const env of environments) {
    assert.throws(() => read({ level: "" }, env), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /--level: it is empty/);
      return true;
    });
  }
});

Deno.test("logs are text on a terminal and JSON elsewhere, unless told", () => {
  assert.equal(read({}, {}, { terminal: true }).logFormat, "text");
  assert.equal(read({}, {}, { terminal: false }).logFormat, "json");
  assert.equal(read({}, { SELFOS_LOG_FORMAT: "json" }, { terminal: true }).logFormat, "json");
});

Deno.test("every setting has one variable, one flag and its explanation", () => {
  const names = Object.keys(SETTINGS) as SettingName[];

  for (const name of names) {
    const { variable, help, fallback } = SETTINGS[name];
    assert.match(variable, /^SELFOS_[A-Z_]+$/);
    assert.match(flagOf(name), /^[a-z-]+$/);
    assert.ok(help && fallback);
  }
  assert.equal(new Set(names.map(flagOf)).size, names.length);
});

const refusals: { flags?: Env; env?: Env; says: RegExp; advice?: RegExp }[] = [
  { env: { SELFOS_LEVLE: "admin" }, says: /SELFOS_LEVLE is unknown/, advice: /SELFOS_LEVEL/ },
  { env: { SELFOS_: "x" }, says: /SELFOS_ is unknown/ },
  { env: { SELFOS_level: "x" }, says: /SELFOS_level is unknown/ },
  { env: { SELFOS_LEVEL: "Admin" }, says: /SELFOS_LEVEL: level must be one of.*"Admin"/ },
  { env: { SELFOS_LEVEL: " admin" }, says: /level must be one of/ },
  { flags: { level: "constructor" }, says: /--level: level must be one of/ },
  { flags: { user: "me too" }, says: /--user: user must be 1 to 64/ },
  { flags: { toolsets: "goals,,tasks" }, says: /--toolsets: toolset must be one of/ },
  { flags: { toolsets: "calendar" }, says: /toolset must be one of.*"calendar"/ },
  { flags: { transport: "udp" }, says: /transport must be one of stdio/ },
  { flags: { transport: "stdio,http" }, says: /transport stdio serves one client/ },
  { flags: { host: "not a host" }, says: /host must be an address/ },
  { flags: { port: "65536" }, says: /port must be a whole number from 0 to 65535/ },
  { flags: { "public-url": "ftp://x" }, says: /public URL must be an http or https address/ },
  { flags: { "allowed-hosts": "https://x" }, says: /allowed host must be a host name/ },
  { flags: { "allowed-origins": "https://x/y" }, says: /allowed origin must be a scheme/ },
  { flags: { "allowed-origins": "https://u:p@x" }, says: /and a host: got one with a user$/ },
  { flags: { "max-connections": "0" }, says: /connections must be a whole number from 1/ },
  {
    flags: { "audit-keep": "400" },
    says: /time to keep records must be a number of days or hours/,
  },
  { flags: { "rate-limit": "many" }, says: /rate limit must be a number per s, m or h/ },
  { flags: { "max-body": "1tb" }, says: /body size must be a number of bytes/ },
  { flags: { "time-zone": "Berlin" }, says: /--time-zone: time zone must be an IANA name/ },
  { flags: { "database-url": "postgres://h" }, says: /--database-url: database URL must be/ },
  { flags: { "database-url": "sqlite:///x" }, says: /database URL must be/ },
  { flags: { "database-url": "not a url" }, says: /database URL must be/ },
  { flags: { "log-level": "trace" }, says: /log level must be one of/ },
  { flags: { "log-format": "xml" }, says: /log format must be one of text, json/ },
];
for (const { flags = {}, env = {}, says, advice } of refusals) {
  Deno.test(`the configuration ${JSON.stringify({ ...flags, ...env })} is refused by name`, () => {
    assert.throws(() => read(flags, env), (error: unknown) => {
      assert.ok(error instanceof (Object.keys(flags).length > 0 ? UsageError : AppError));
      assert.match(error.message, says);
      if (advice) assert.match(error.advice ?? "", advice);
      return true;
    });
  });
}

Deno.test("a bad database address does not show its password", () => {
  assert.throws(() => read({ "database-url": "mysql://u:hunter2@h/d" }), (error: unknown) => {
    assert.ok(error instanceof UsageError);
    assert.doesNotMatch(`${error.message} ${error.advice}`, /hunter2/);
    return true;
  });
});

Deno.test("databaseAddress names host and port, with their defaults", () => {
  assert.equal(databaseAddress("postgres://u:p@db.example:6000/x"), "db.example:6000");
  assert.equal(databaseAddress("postgres://db.example/x"), "db.example:5432");
  assert.equal(databaseAddress("postgres:///x"), "localhost:5432");
  assert.equal(databaseAddress("postgres://[::1]:6000/x"), "[::1]:6000");
});

Deno.test("userId takes what a person may be called and nothing else", () => {
  for (const id of ["a", "0", "ada.l-o_1", "a".repeat(64)]) assert.equal(userId(id), id);
  for (const id of ["", "A", "-a", ".a", "_a", "a b", "a/b", "ä", "a\n", "a".repeat(65)]) {
    assert.throws(() => userId(id), AppError, JSON.stringify(id));
  }
});

Deno.test("timeZone answers the canonical name and refuses others", () => {
  assert.equal(timeZone("utc"), "UTC");
  assert.equal(timeZone("america/new_york"), "America/New_York");
  for (const zone of ["", "Mars/Base", "Europe/Berlin\0", "CEST+1"]) {
    assert.throws(() => timeZone(zone), AppError, JSON.stringify(zone));
  }
});

Deno.test("an env file holds names, values bare or quoted, comments and exports", () => {
  const text = [
    "# comment",
    "",
    "A=1",
    "  export B = two words  # why",
    'C="with # and spaces "',
    "D='single \"quoted\"'",
    "E=",
    'F=""',
    "G=a=b\r",
    "A=later wins",
  ].join("\n");

  assert.deepEqual(parseEnvFile(text, "x.env"), {
    A: "later wins",
    B: "two words",
    C: "with # and spaces ",
    D: 'single "quoted"',
    E: "",
    F: "",
    G: "a=b",
  });
});

for (const line of ["A", "=1", "1A=1", "A B=1", 'A="open', "A='open", 'A="a" b', "A-B=1"]) {
  Deno.test(`an env file with the line ${line} is refused by file and line`, () => {
    assert.throws(() => parseEnvFile(`OK=1\n${line}`, "x.env"), {
      code: "invalid_input",
      message: /x\.env as line 2/,
    });
  });
}

Deno.test("a data directory with a comma is refused, as permission flags cannot name it", () => {
  const flags = { "data-dir": "/srv/a,b" };

  assert.throws(() => read(flags), /no comma.*a,b/);
});
