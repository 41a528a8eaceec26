import { LOG_LEVELS } from "./config.ts";

export interface LogOptions {
  readonly logLevel: typeof LOG_LEVELS[number];
  readonly logFormat: "text" | "json";
}

export interface Log {
  debug(message: string, properties?: Record<string, unknown>): void;
  info(message: string, properties?: Record<string, unknown>): void;
  warning(message: string, properties?: Record<string, unknown>): void;
  error(message: string, properties?: Record<string, unknown>): void;
  /** Resolves once every record so far is written. */
  flush(): Promise<void>;
}

/** A log on stderr. The package behind it is loaded with the first record, not at start. */
export function openLog({ logLevel, logFormat }: LogOptions): Log {
  let writing: Promise<void> = Promise.resolve();
  let sink: Promise<(level: Level, message: string, properties: object) => void> | undefined;
  const write = (level: Level) => (message: string, properties: Record<string, unknown> = {}) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(logLevel)) return;
    sink ??= openSink(logFormat);
    const ready = sink;
    writing = writing.then(async () => (await ready)(level, message, properties));
  };
  return {
    debug: write("debug"),
    info: write("info"),
    warning: write("warning"),
    error: write("error"),
    flush: () => writing,
  };
}

/**
 * Tells a defect to the log alone, under a reference.
 *
 * @param what what failed
 * @returns what whoever asked may know of it
 */
export function maskDefect(log: Log, what: string, error: unknown): string {
  const ref = crypto.randomUUID().slice(0, 8);
  const stack = error instanceof Error ? error.stack : String(error);
  log.error("{what} failed with an internal error {ref}: {stack}", { what, ref, stack });
  return `Internal error (ref ${ref})`;
}

type Level = typeof LOG_LEVELS[number];

async function openSink(format: LogOptions["logFormat"]) {
  const { configure, getLogger, getJsonLinesFormatter, getTextFormatter } = await import(
    "@logtape/logtape"
  );
  const toText = format === "json"
    ? getJsonLinesFormatter({ properties: "flatten" })
    : getTextFormatter();
  const encoder = new TextEncoder();
  await configure({
    reset: true,
    sinks: { stderr: (record) => void Deno.stderr.writeSync(encoder.encode(toText(record))) },
    loggers: [
      { category: "selfos", sinks: ["stderr"], lowestLevel: "debug" },
      { category: ["logtape", "meta"], lowestLevel: "error" },
    ],
  });
  const logger = getLogger("selfos");
  return (level: Level, message: string, properties: object) => {
    logger[level](message, { ...properties });
  };
}
