import { binaryProgram, PROGRAMS } from "../../process/programs.ts";
import { install } from "../install.ts";
import { cpuMilliseconds } from "../process.ts";
import {
  type Figure,
  median,
  milliseconds,
  more,
  notMeasured,
  perSecond,
  within,
} from "../report.ts";
import type { Bench } from "../section.ts";
import { bareTarget, peerTarget, selfosTarget, type Target } from "./targets.ts";

const LOAD = "autocannon@9.0.0";
const CONNECTIONS = 16;
const SECONDS = 2;
const ROUNDS = 7;

/** Our requests per second over those of the peer, at least. */
const FACTOR = 2;
/** Our CPU for a request over that of the SDK alone, at most. */
const CPU_FACTOR = 2;

interface Load {
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds of CPU for each request; NaN where it cannot be told. */
  readonly cpu: number;
}

/** Calls over Streamable HTTP beside the reference server, and beside the SDK alone. */
export async function throughputFigures({ place, binary, say }: Bench): Promise<Figure[]> {
  await install(`${place}/load`, LOAD);
  await using stack = new AsyncDisposableStack();
  const open = async (opening: Promise<Target>) => stack.use(await opening);
  const [source] = PROGRAMS;
  if (source === undefined) throw new Error("there is no program to measure");
  const peer = await open(peerTarget(`${place}/server-everything`));
  const bare = await open(bareTarget());
  const fromSource = await open(selfosTarget(source, place));
  const ours = [await open(selfosTarget(binaryProgram(binary), place)), fromSource];
  say(`Measuring requests per second (${ROUNDS} rounds) ...`);
  const loads = await loadsOf([peer, bare, ...ours], `${place}/load`);
  const of = (target: Target, field: keyof Load) =>
    median((loads.get(target) ?? []).map((load) => load[field]));
  const rates = ours.map((target) =>
    more({
      name: `list_tasks over HTTP, server-everything's echo, ${target.name}`,
      ours: of(target, "rate"),
      other: of(peer, "rate"),
      unit: perSecond,
    }, FACTOR)
  );
  // The compiled program may have another runtime than the one that runs the SDK alone.
  const share = {
    name: "CPU of list_tasks over HTTP, of an echo by the SDK alone, source",
    ours: of(fromSource, "cpu"),
    other: of(bare, "cpu"),
    unit: milliseconds,
  };
  if (isNaN(share.ours)) return [...rates, notMeasured(share.name, `ratio <= ${CPU_FACTOR}`)];
  return [...rates, within(share, CPU_FACTOR)];
}

/** Loads the targets in turns; the first round warms them up. */
async function loadsOf(targets: readonly Target[], directory: string) {
  const loads = new Map(targets.map((target): [Target, Load[]] => [target, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const target of targets) {
      const load = await loadOf(target, directory);
      if (round > 0) loads.get(target)?.push(load);
    }
  }
  return loads;
}

async function loadOf({ url, headers, body, pid, name }: Target, directory: string): Promise<Load> {
  const cpu = Deno.build.os === "linux" ? cpuMilliseconds : () => Promise.resolve(NaN);
  const before = await cpu(pid);
  const { stdout } = await new Deno.Command("node", {
    args: [
      `${directory}/node_modules/autocannon/autocannon.js`,
      "--json",
      ...["--connections", String(CONNECTIONS), "--duration", String(SECONDS)],
      ...["--method", "POST", "--body", body],
      ...Object.entries(headers).flatMap(([key, value]) => ["--headers", `${key}=${value}`]),
      url,
    ],
    stderr: "null",
  }).output();
  const { requests, non2xx, errors } = JSON.parse(new TextDecoder().decode(stdout));
  if (non2xx + errors > 0) throw new Error(`${name} failed ${non2xx + errors} requests`);
  return { rate: requests.average, cpu: (await cpu(pid) - before) / requests.total };
}
