import { fill } from "./fill.ts";
import { bytesPerTool, callTimes, idleMemory, type Stand, startTimes } from "./measure.ts";
import {
  atMost,
  beside,
  bytes,
  faster,
  type Figure,
  megabytes,
  milliseconds,
  notMeasured,
  steady,
} from "../report.ts";
import { Rpc } from "./rpc.ts";
import type { Bench } from "../section.ts";
import { binarySubject, denoSubject, peerSubject, type Subject } from "./subjects.ts";

const START_ROUNDS = 25;
const CALL_ROUNDS = { warmup: 100, rounds: 300 };
const MANY = 100_000;
const MAX_RESIDENT = 150e6;
const MAX_BYTES_PER_TOOL = 750;

/** The peer's time over ours, at least. */
const START_FACTORS: Readonly<Record<string, number>> = { "binary": 1.5, "deno run": 1 };
const CALL_FACTOR = 1;
/** Our time with many tasks over ours with few, at most. */
const GROWTH_FACTOR = 1.5;

/** Start, calls, memory and size on stdio, beside the reference memory server. */
export async function stdioFigures({ place, binary, say }: Bench): Promise<Figure[]> {
  const peer = await seeded(place, await peerSubject(`${place}/server-memory`));
  const ours = [
    await seeded(place, binarySubject(binary)),
    await seeded(place, await denoSubject()),
  ];
  say(`Measuring starts (${START_ROUNDS} rounds) ...`);
  const starts = await startFigures(peer, ours);
  say(`Measuring memory and size ...`);
  const sizes = [...await memoryFigures(peer, ours), ...await sizeFigures(peer, ours)];
  say(`Measuring calls (${CALL_ROUNDS.rounds} rounds) ...`);
  const crowded = ours.map((stand) => filled(place, stand));
  return [...starts, ...await callFigures(peer, ours, crowded), ...sizes];
}

async function startFigures(peer: Stand, ours: readonly Stand[]): Promise<Figure[]> {
  const [other = NaN, ...times] = await startTimes([peer, ...ours], START_ROUNDS);
  return ours.map(({ subject }, index) => {
    const name = `start to initialize, ${subject.name}`;
    const comparison = { name, ours: times[index] ?? NaN, other, unit: milliseconds };
    return faster(comparison, START_FACTORS[subject.name] ?? 1);
  });
}

async function callFigures(
  peer: Stand,
  ours: readonly Stand[],
  crowded: readonly Stand[],
): Promise<Figure[]> {
  const [other, ...times] = await callTimes([peer, ...ours, ...crowded], CALL_ROUNDS);
  return ours.flatMap(({ subject }, index) => {
    const few = times[index];
    const many = times[ours.length + index];
    if (!other || !few || !many) throw new Error("a server was not measured");
    const named = (what: string) => ({ name: `${what}, ${subject.name}`, unit: milliseconds });
    const crowd = MANY.toLocaleString("en");
    return [
      faster({ ...named("create_task"), ours: few.create, other: other.create }, CALL_FACTOR),
      faster({ ...named("list_tasks"), ours: few.list, other: other.list }, CALL_FACTOR),
      beside({
        ...named("list_tasks after a write"),
        ours: few.listAfterWrite,
        other: other.listAfterWrite,
      }),
      steady(
        { ...named(`create_task of ${crowd}`), ours: many.create, other: few.create },
        GROWTH_FACTOR,
      ),
      steady(
        { ...named(`list_tasks of ${crowd}`), ours: many.list, other: few.list },
        GROWTH_FACTOR,
      ),
      steady({
        ...named(`list_tasks of ${crowd} after a write`),
        ours: many.listAfterWrite,
        other: few.listAfterWrite,
      }, GROWTH_FACTOR),
    ];
  });
}

async function memoryFigures(peer: Stand, ours: readonly Stand[]): Promise<Figure[]> {
  const resident = await idleMemory([peer, ...ours]);
  return ours.map(({ subject }, index) => {
    const name = `idle memory, ${subject.name}`;
    if (resident === undefined) return notMeasured(name, `<= ${megabytes(MAX_RESIDENT)}`);
    const [other = NaN, ...sizes] = resident;
    return atMost({ name, ours: sizes[index] ?? NaN, other, unit: megabytes }, MAX_RESIDENT);
  });
}

async function sizeFigures(peer: Stand, ours: readonly Stand[]): Promise<Figure[]> {
  const [other = NaN, ...sizes] = await bytesPerTool([peer, ...ours]);
  return ours.map(({ subject }, index) => {
    const name = `tools/list per tool, ${subject.name}`;
    return atMost({ name, ours: sizes[index] ?? NaN, other, unit: bytes }, MAX_BYTES_PER_TOOL);
  });
}

/** A store of the subject's own, with a hundred items in it. */
async function seeded(place: string, subject: Subject): Promise<Stand> {
  const directory = await Deno.makeTempDir({ dir: place });
  await using rpc = new Rpc(subject.launch(directory));
  await rpc.initialize();
  await subject.seed(rpc);
  return { subject, directory };
}

/** A copy of the store with {@linkcode MANY} tasks in it. */
function filled(place: string, { subject, directory }: Stand): Stand {
  const copy = Deno.makeTempDirSync({ dir: place });
  Deno.copyFileSync(`${directory}/selfos.db`, `${copy}/selfos.db`);
  fill(copy, MANY);
  return { subject, directory: copy };
}
