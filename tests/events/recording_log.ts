import type { Log } from "../../src/log.ts";

/** A log that keeps what it is told. */
export function recordingLog(): { log: Log; records: string[] } {
  const records: string[] = [];
  const write = (message: string, properties: Record<string, unknown> = {}) => {
    records.push(`${message} ${JSON.stringify(properties)}`);
  };
  return {
    records,
    log: {
      debug: write,
      info: write,
      warning: write,
      error: write,
      flush: () => Promise.resolve(),
    },
  };
}
