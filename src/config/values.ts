import { AppError, nearest, quote } from "../errors.ts";

/** Where the configuration comes from, and what its defaults depend on. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly os: typeof Deno.build.os;
  readonly cwd: string;
  readonly terminal: boolean;
}

/** `host:port` of a PostgreSQL address. */
export function databaseAddress(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname || "localhost"}:${port || "5432"}`;
}

/** `host:port` of a Redis address. */
export function redisAddress(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || "6379"}`;
}

/**
 * Whether an address names one host: its name becomes a permission of the runtime, in which `*` would
 * stand for many, and a comma for one more.
 */
export function namesOneHost({ hostname, port }: URL): boolean {
  return /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/i.test(hostname) && port !== "0";
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
    if (/^[+-]|^(Factory|SystemV\b|posix)/i.test(text)) throw new RangeError("no place has it");
    const zone = new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
    // Not all that knows times knows the same zones.
    if ("Temporal" in globalThis) {
      Temporal.Instant.from("2026-01-01T00:00Z").toZonedDateTimeISO(zone);
    }
    return zone;
  } catch {
    throw new AppError(
      "invalid_input",
      `time zone must be an IANA name: got ${quote(text)}`,
      'write it as "Europe/Berlin"',
    );
  }
}

/** One of a few words. */
export function oneOf<const T extends string>(
  what: string,
  allowed: readonly T[],
  text: string,
): T {
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  const near = nearest(text, allowed);
  throw new AppError(
    "invalid_input",
    `${what} must be one of ${allowed.join(", ")}: got ${quote(text)}`,
    near && `write ${near}`,
  );
}

/** A switch. */
export function onOff(what: string, text: string): boolean {
  const word = oneOf(what, ["on", "off", "true", "false"], text);
  return word === "on" || word === "true";
}

/** The id of a Firebase project, with the domain that it may belong to. */
export function firebaseProject(text: string): string {
  if (/^([a-z0-9.-]{1,255}:)?[a-z][a-z0-9-]{0,62}$/.test(text)) return text;
  throw new AppError(
    "invalid_input",
    `project must be an id of a-z 0-9 - that begins with a letter: got ${quote(text)}`,
    "copy it from the settings of the project",
  );
}

/** The address of a PostgreSQL database. */
export function databaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1 &&
    (url.hostname === "" || namesOneHost(url))
  ) return text;
  throw new AppError(
    "invalid_input",
    "database URL must be postgres://USER:PASSWORD@HOST:PORT/DATABASE",
  );
}

/** The address of a Redis. */
export function redisUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url && /^rediss?:$/.test(url.protocol) && namesOneHost(url) &&
    /^(\/\d{0,4})?$/.test(url.pathname) &&
    !url.search && !url.hash
  ) return text;
  throw new AppError(
    "invalid_input",
    "Redis URL must be redis://USER:PASSWORD@HOST:PORT/NUMBER, or rediss:// for TLS",
    'write it as "redis://localhost:6379"',
  );
}

/** Where the platform keeps a program's data. */
export function platformDataDir({ env, os }: Surroundings): string {
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
export function withoutComma(path: string): string {
  if (!path.includes(",")) return path;
  throw new AppError("invalid_input", `the path may have no comma: got ${quote(path)}`);
}

/** The path, from the working directory where it is relative. */
export function absolute(path: string, { cwd, os }: Surroundings): string {
  const rooted = os === "windows" ? /^([a-z]:)?[\\/]/i.test(path) : path.startsWith("/");
  return rooted ? path : `${cwd}/${path}`;
}

/** The ways in which clients can reach the server. */
export const TRANSPORTS = ["stdio", "http", "sse", "ws"] as const;
export type TransportName = typeof TRANSPORTS[number];

/** `stdio` alone, or any of the network transports; `all` is all of those. */
export function transports(text: string): TransportName[] {
  const names = text.split(",").map((name) =>
    oneOf("transport", [...TRANSPORTS, "all"], name.trim())
  );
  const chosen = TRANSPORTS.filter((name) =>
    names.includes(name) || (names.includes("all") && name !== "stdio")
  );
  if (chosen.length === 1 || !chosen.includes("stdio")) return chosen;
  throw new AppError(
    "invalid_input",
    `transport stdio serves one client and no network: got ${quote(text)}`,
    "start one server for stdio and one for the network; they may share a store",
  );
}

/** An IP address, or a host name of this machine. */
export function address(text: string): string {
  const host = text.replace(/^\[(.*)\]$/, "$1");
  if (/^[a-z0-9.-]+$/i.test(host) || /^[0-9a-f:.]+$/i.test(host)) return host;
  throw new AppError(
    "invalid_input",
    `host must be an address to listen on: got ${quotedUrl(text)}`,
  );
}

/** A host as it stands in an address: an IPv6 one in brackets. */
export function inAddress(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** A whole number between two bounds. */
export function integer(what: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new AppError(
    "invalid_input",
    `${what} must be a whole number from ${least} to ${most}: got ${quote(text)}`,
  );
}

/** How often something may happen. */
export interface Rate {
  readonly count: number;
  /** Seconds. */
  readonly period: number;
}

const PERIODS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
const SIZES: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2 };

/** `1200/m` */
export function rate(what: string, text: string): Rate {
  const [, count, unit] = /^([1-9]\d{0,8})\/([smh])$/.exec(text) ?? [];
  const period = PERIODS[unit ?? ""];
  if (period) return { count: Number(count), period };
  throw new AppError(
    "invalid_input",
    `${what} must be a number per s, m or h: got ${quote(text)}`,
    'write it as "1200/m"',
  );
}

/** `30s`, `5m` or `2h` in milliseconds, at most a day. */
export function duration(what: string, text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (PERIODS[unit ?? ""] ?? NaN) * 1000;
  if (ms <= 86_400_000) return ms;
  throw new AppError(
    "invalid_input",
    `${what} must be a number of seconds, minutes or hours, at most 24h: got ${quote(text)}`,
    'write it as "5m"',
  );
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** `90d` or `12h` in milliseconds, at most a century; null for `never`. */
export function lifetime(what: string, text: string): number | null {
  if (text === "never") return null;
  const [, count, unit] = /^([1-9]\d{0,5})([hd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit ?? ""] ?? NaN);
  if (ms <= 36_525 * 86_400_000) return ms;
  throw new AppError(
    "invalid_input",
    `${what} must be a number of days or hours, or never: got ${quote(text)}`,
    'write it as "90d"',
  );
}

/** `1mb`, `512kb` or a number of bytes. */
export function size(what: string, text: string): number {
  const [, count, unit] = /^([1-9]\d{0,9})(b|kb|mb)?$/i.exec(text) ?? [];
  const factor = SIZES[unit?.toLowerCase() ?? "b"];
  if (count && factor) return Number(count) * factor;
  throw new AppError(
    "invalid_input",
    `${what} must be a number of bytes, kb or mb: got ${quote(text)}`,
    'write it as "1mb"',
  );
}

/** Host names with or without a port, as the `Host` header has them. */
export function hostNames(text: string): string[] {
  return listed(text).map((name) => {
    const host = name.toLowerCase();
    if (/^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/.test(host)) return host;
    throw new AppError(
      "invalid_input",
      `allowed host must be a host name with or without a port: got ${quotedUrl(name)}`,
      'write it as "life.example.org"',
    );
  });
}

/** Web origins, as browsers send them. */
export function origins(text: string): string[] {
  return listed(text).map((name) => {
    if (URL.parse(name)?.origin === name) return name;
    throw new AppError(
      "invalid_input",
      `allowed origin must be a scheme and a host: got ${quotedUrl(name)}`,
      'write it as "https://app.example.org"',
    );
  });
}

/** An http or https address without a query. */
export function webUrl(what: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username) {
    return url.href;
  }
  throw new AppError(
    "invalid_input",
    `${what} must be an http or https address: got ${quotedUrl(text)}`,
    'write it as "https://life.example.org"',
  );
}

/** As {@linkcode quote}, but not where a password may stand in it, in front of the host or in a query. */
export function quotedUrl(text: string): string {
  return text.includes("@") ? "one with a user" : quote(text.replace(/[?#].*/s, "?…"));
}

function listed(text: string): string[] {
  return text.split(",").map((part) => part.trim()).filter(Boolean);
}
