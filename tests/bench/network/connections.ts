import { binaryProgram } from "../../process/programs.ts";
import { type NetworkProcess, startNetwork } from "../../process/network.ts";
import { cpuMilliseconds, residentBytes } from "../process.ts";
import {
  bounded,
  count,
  type Figure,
  kilobytes,
  milliseconds,
  notMeasured,
  percentile,
  shown,
} from "../report.ts";
import type { Bench } from "../section.ts";
import { type Kind, KINDS, type OpenClient } from "./clients.ts";
import { closeAll, load, openMany, type Pace } from "./load.ts";

const MANY = 1000;
const STEPS = [10, 100];
const PACE: Pace = { every: 1000, seconds: 30 };
const SHORT: Pace = { every: 1000, seconds: 5 };
const IDLE: Pace = { every: 10_000, seconds: 30 };

const MAX_P99 = 100;
const MAX_PER_CONNECTION = 100e3;
/** Memory once all are gone, of that before they came. */
const MAX_LEFT = 1.2;
const SETTLING_MS = 30_000;

/** Many open connections of each kind in turn, then of all kinds at once. */
export async function connectionFigures(bench: Bench): Promise<Figure[]> {
  if (Deno.build.os !== "linux") return [notMeasured("open connections", "Linux only")];
  const figures: Figure[] = [];
  for (const kind of kinds) figures.push(...await figuresOf(bench, kind));
  return [...figures, ...await togetherFigures(bench)];
}

const kinds = ["sse", "ws", "session"] as const satisfies readonly Kind[];

/** One kind, on a server of its own: from few to many. */
async function figuresOf(bench: Bench, kind: Kind): Promise<Figure[]> {
  await using server = await start(bench, kind);
  await warmUp(server);
  const figures: Figure[] = [];
  for (const connections of STEPS) {
    figures.push(...await measured(bench, server, [kind], connections, SHORT, false));
  }
  return [...figures, ...await measured(bench, server, [kind], MANY, PACE, true)];
}

async function togetherFigures(bench: Bench): Promise<Figure[]> {
  await using server = await start(bench, "all");
  await warmUp(server);
  return await measured(bench, server, kinds, MANY, IDLE, true);
}

/** @param each how many connections of each kind */
async function measured(
  { say }: Bench,
  server: NetworkProcess,
  chosen: readonly Kind[],
  each: number,
  pace: Pace,
  binding: boolean,
): Promise<Figure[]> {
  const total = each * chosen.length;
  const label = `${total.toLocaleString("en")} ${chosen.length === 1 ? chosen[0] : "of all kinds"}`;
  say(`Measuring ${label} connections (${pace.seconds} s) ...`);
  const before = await residentBytes(server.pid);
  const clients: OpenClient[] = [];
  for (const kind of chosen) clients.push(...await openMany(each, () => KINDS[kind](server)));
  const cpu = await cpuMilliseconds(server.pid);
  const { times, errors } = await load(clients, pace);
  const busy = (await cpuMilliseconds(server.pid) - cpu) / (pace.seconds * 1000);
  const calling = await residentBytes(server.pid);
  const resting = binding
    ? await settled(server, (bytes) => (bytes - before) / total <= MAX_PER_CONNECTION)
    : calling;
  await closeAll(clients);
  const [first] = errors;
  if (first !== undefined) say(`  ${errors.length} calls failed, the first: ${first}`);
  const named = (what: string, ours: number, unit: (value: number) => string) => ({
    ...{ name: `${label}: ${what}`, ours, unit },
  });
  const p99 = named("p99", percentile(times, 0.99), milliseconds);
  const figures = [
    shown(named("p50", percentile(times, 0.5), milliseconds)),
    binding ? bounded(p99, MAX_P99) : shown(p99),
    shown(named("CPU", busy * 100, percent)),
    bounded(named("errors", errors.length, count), 0),
    shown(named("memory a connection while calling", (calling - before) / total, kilobytes)),
  ];
  if (!binding) return figures;
  const left = await settled(server, (bytes) => bytes / before <= MAX_LEFT) / before;
  return [
    ...figures,
    bounded(
      named("memory an open connection", (resting - before) / total, kilobytes),
      MAX_PER_CONNECTION,
    ),
    bounded(named("memory afterwards, of that before", left, share), MAX_LEFT),
  ];
}

const percent = (value: number) => `${value.toFixed(0)} %`;
const share = (value: number) => value.toFixed(2);

/** The memory once it is good, or after a while: garbage is collected some time after the calls. */
async function settled(
  { pid }: NetworkProcess,
  good: (bytes: number) => boolean,
): Promise<number> {
  const deadline = performance.now() + SETTLING_MS;
  for (;;) {
    const bytes = await residentBytes(pid);
    if (good(bytes) || performance.now() > deadline) return bytes;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function start({ binary, place }: Bench, name: string): Promise<NetworkProcess> {
  const flags = ["--rate-limit", "1000000/s", "--max-connections", "4000"];
  return await startNetwork(binaryProgram(binary), `${place}/connections-${name}`, flags);
}

/** What every server allocates once is there before anything is measured. */
async function warmUp(server: NetworkProcess): Promise<void> {
  const clients: OpenClient[] = [];
  for (const kind of kinds) clients.push(...await openMany(20, () => KINDS[kind](server)));
  await load(clients, { every: 50, seconds: 5 });
  await closeAll(clients);
}
