import { Counter, Histogram, Registry } from "prom-client";
import type { Outcome } from "../outcome.ts";
import { isFailure } from "./calls.ts";
import { EventLoopLag } from "./event_loop.ts";
import { gaugesOf, type Offered, type State } from "./gauges.ts";
import type { Parts } from "./parts.ts";
import { inMilliseconds, type Percentiles, Samples, toMs } from "./samples.ts";

/** Of each cache, by name, how many answers were asked of it, and how many of them it had. */
export type Caches = Readonly<Record<string, { readonly asked: number; readonly kept: number }>>;

/** What is asked when somebody wants to see the metrics. */
export interface Sources {
  readonly parts: Parts;
  /** Open connections by transport. */
  connections(): Readonly<Record<string, number>>;
  offered(): Promise<Offered>;
  /** How many records the audit trail could not keep. */
  auditLost(): number;
  readonly caches: Caches;
  /** When the newest proven backup of the store was made, in RFC 3339; null where that is not known. */
  lastBackup(): Promise<string | null>;
}

/** The calls of one tool. */
interface ToolCalls {
  calls: number;
  errors: number;
  readonly outcomes: Record<string, number>;
  readonly duration_ms: Percentiles;
}

/** Seconds: from a list on a small store to a call that waits for somebody. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Percentiles of a tool are those of so many of its latest calls. */
const LATEST = 1000;

/** Stands for all names that no tool has: clients may think up any number of them. */
const UNKNOWN = "unknown";

/** What the server has done since it started, and how it is; nothing of it is about a person. */
export class Metrics implements Disposable {
  readonly #sources: Sources;
  readonly #registry = new Registry();
  readonly #started = Date.now() - performance.now();
  readonly #lag = new EventLoopLag();
  readonly #durations = new Map<string, Samples>();

  readonly #calls = new Counter({
    name: "selfos_tool_calls_total",
    help: "Calls of tools by how they ended.",
    labelNames: ["tool", "outcome"] as const,
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: "selfos_tool_call_duration_seconds",
    help: "How long calls of tools took.",
    labelNames: ["tool"] as const,
    buckets: BUCKETS,
    registers: [this.#registry],
  });
  readonly #refusals = new Counter({
    name: "selfos_http_refusals_total",
    help: "Requests that were answered with a status of 400 or more.",
    labelNames: ["status"] as const,
    registers: [this.#registry],
  });

  constructor(sources: Sources) {
    this.#sources = sources;
    const { caches } = sources;
    this.#count(
      "audit_lost",
      "Records that the audit trail could not keep.",
      () => [[{}, sources.auditLost()]],
    );
    this.#count(
      "cache_lookups",
      "Answers that may have been kept.",
      () => Object.entries(caches).map(([cache, { asked }]) => [{ cache }, asked]),
    );
    this.#count(
      "cache_hits",
      "Answers that were kept.",
      () => Object.entries(caches).map(([cache, { kept }]) => [{ cache }, kept]),
    );
  }

  /** A counter of what is counted elsewhere. */
  #count(name: string, help: string, counted: () => [Record<string, string>, number][]): void {
    new Counter({
      name: `selfos_${name}_total`,
      help,
      labelNames: Object.keys(counted()[0]?.[0] ?? {}),
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [labels, value] of counted()) this.inc(labels, value);
      },
    });
  }

  /** Counts a call of a tool that has ended. */
  readonly record = (name: string, outcome: Outcome, seconds: number): void => {
    const tool = outcome === "unknown_tool" ? UNKNOWN : name;
    this.#calls.inc({ tool, outcome });
    this.#seconds.observe({ tool }, seconds);
    let durations = this.#durations.get(tool);
    if (durations === undefined) this.#durations.set(tool, durations = new Samples(LATEST));
    durations.add(seconds);
  };

  /** Counts a request that was answered with this status. */
  refused(status: number): void {
    this.#refusals.inc({ status });
  }

  /** For programs and curious people. Uptime in seconds, memory in bytes. */
  async json() {
    const { started, memory, connections, offered, pulses, lag, backup } = await this.#state();
    const tools = await this.#byTool();
    const refusals = (await this.#refusals.get()).values;
    const { caches } = this.#sources;
    return {
      uptime: Math.round((Date.now() - started) / 1000),
      memory_usage: memory.resident,
      heap_used: memory.heap,
      active_connections: sum(Object.values(connections)),
      connections,
      total_tools: offered.tools,
      total_resources: offered.resources,
      total_calls: sum(Object.values(tools).map(({ calls }) => calls)),
      total_errors: sum(Object.values(tools).map(({ errors }) => errors)),
      tools,
      last_verified_backup: backup,
      audit_lost: this.#sources.auditLost(),
      cache_hit_rate: hitRate(Object.values(caches)),
      cache_hit_rates: Object.fromEntries(
        Object.entries(caches).map(([name, counts]) => [name, hitRate([counts])]),
      ),
      refusals: Object.fromEntries(refusals.map(({ labels, value }) => [labels.status, value])),
      event_loop_lag_ms: inMilliseconds(lag),
      latency_ms: Object.fromEntries(
        pulses.map(({ name, seconds }) => [name, seconds === undefined ? null : toMs(seconds)]),
      ),
    };
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    const gauges = gaugesOf(await this.#state());
    return `${await this.#registry.metrics()}\n${await gauges.metrics()}`;
  }

  [Symbol.dispose](): void {
    this.#lag[Symbol.dispose]();
  }

  async #state(): Promise<State> {
    const { parts, connections, offered, lastBackup } = this.#sources;
    const [pulses, backup] = await Promise.all([parts.look(), lastBackup()]);
    const { rss: resident, heapUsed: heap } = Deno.memoryUsage();
    return {
      started: this.#started,
      memory: { resident, heap },
      connections: connections(),
      offered: await offered(),
      pulses,
      backup,
      lag: this.#lag.samples.percentiles(),
    };
  }

  async #byTool(): Promise<Record<string, ToolCalls>> {
    const tools: Record<string, ToolCalls> = {};
    for (const { labels: { tool = "", outcome = "" }, value } of (await this.#calls.get()).values) {
      const durations = this.#durations.get(String(tool));
      if (durations === undefined) continue;
      const counted = tools[tool] ??= {
        calls: 0,
        errors: 0,
        outcomes: {},
        duration_ms: inMilliseconds(durations.percentiles()),
      };
      counted.calls += value;
      if (isFailure(String(outcome))) counted.errors += value;
      counted.outcomes[outcome] = value;
    }
    return tools;
  }
}

/** `null` where nothing was asked for. */
function hitRate(counts: readonly Caches[string][]): number | null {
  const asked = sum(counts.map(({ asked }) => asked));
  return asked === 0 ? null : sum(counts.map(({ kept }) => kept)) / asked;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
