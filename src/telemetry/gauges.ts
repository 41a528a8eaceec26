import { Gauge, Registry } from "prom-client";
import type { Pulse } from "./parts.ts";
import type { Percentiles } from "./samples.ts";

/** How much the server has to offer. */
export interface Offered {
  readonly tools: number;
  readonly resources: number;
}

/** How the server is right now. */
export interface State {
  /** Milliseconds of Unix time. */
  readonly started: number;
  /** Bytes. */
  readonly memory: { readonly resident: number; readonly heap: number };
  readonly connections: Readonly<Record<string, number>>;
  readonly offered: Offered;
  readonly pulses: readonly Pulse[];
  /** When the newest proven backup was made, in RFC 3339. */
  readonly backup: string | null;
  /** Seconds. */
  readonly lag: Percentiles;
}

type Labelled = readonly (readonly [label: string, value: number])[];

/** The state of a server as gauges, for one answer. */
export function gaugesOf(state: State): Registry {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: number) => {
    new Gauge({ name, help, registers: [registry] }).set(value);
  };
  const gauges = (name: string, help: string, label: string, values: Labelled) => {
    const made = new Gauge({ name, help, labelNames: [label], registers: [registry] });
    for (const [of, value] of values) made.set({ [label]: of }, value);
  };
  const { started, memory, connections, offered, pulses, lag, backup } = state;
  gauge("process_start_time_seconds", "When the server started, in Unix time.", started / 1000);
  gauge("process_resident_memory_bytes", "Memory that the process has.", memory.resident);
  gauge("selfos_heap_used_bytes", "Memory that the objects of the server take.", memory.heap);
  gauge("selfos_tools", "Tools that the server has.", offered.tools);
  gauge("selfos_resources", "Resources that the server has.", offered.resources);
  if (backup !== null) {
    gauge(
      "selfos_last_verified_backup_timestamp_seconds",
      "When the newest backup of the store was made that was proven by restoring it, in Unix time.",
      Date.parse(backup) / 1000,
    );
  }
  gauges(
    "selfos_connections",
    "Open connections.",
    "transport",
    Object.entries(connections),
  );
  gauges(
    "selfos_part_up",
    "1 while the part answers, 0 while it does not.",
    "part",
    pulses.map(({ name, seconds }) => [name, seconds === undefined ? 0 : 1]),
  );
  gauges(
    "selfos_part_latency_seconds",
    "How long the part took to answer.",
    "part",
    pulses.flatMap(({ name, seconds }) => seconds === undefined ? [] : [[name, seconds] as const]),
  );
  gauges(
    "selfos_event_loop_lag_seconds",
    "How late timers came in the last minute.",
    "percentile",
    Object.entries(lag).flatMap(([name, value]) => value === null ? [] : [[name, value] as const]),
  );
  return registry;
}
