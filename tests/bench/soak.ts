// deno-lint-ignore-file no-console
/**
 * `deno task soak [MINUTES] [PROGRAM]`: clients of every kind come, call, write, follow and go for ten
 * minutes; ends with 1 when a call failed, or when the memory or the files of the server have grown.
 * The program is `source`, on the runtime at hand, or `binary`.
 */
import { type NetworkProcess, startNetwork } from "../process/network.ts";
import { binaryProgram, type Program, PROGRAMS } from "../process/programs.ts";
import { compileBinary } from "../services/binary.ts";
import { type Kind, KINDS, type OpenClient } from "./network/clients.ts";
import { closeAll, load, openMany } from "./network/load.ts";
import { residentBytes } from "./process.ts";
import { median, megabytes } from "./report.ts";

const KINDS_OF_CLIENTS: readonly Kind[] = ["sse", "ws", "session"];
/** Clients of each kind that stay. */
const STEADY = 50;
const SAMPLE_MS = 5000;
/** How soon a change has to be told. */
const TOLD_MS = 10_000;
/** Memory in the last quarter, of that in the second, at most. */
const MAX_GROWTH = 1.1;

const [minutesGiven = "10", programGiven = "source"] = Deno.args;
const minutes = Number(minutesGiven);
if (!(minutes > 0)) throw new Error(`Cannot soak for "${minutesGiven}" minutes`);
if (Deno.build.os !== "linux") throw new Error("the memory of a process is read as Linux tells it");

const place = await Deno.makeTempDir({ prefix: "selfos-soak-" });
try {
  await using program = await programOf(programGiven);
  const flags = ["--rate-limit", "1000000/s", "--max-connections", "2000"];
  await using server = await startNetwork(program, `${place}/data`, flags);
  const verdicts = await soak(server, performance.now() + minutes * 60_000);
  for (const { what, ok } of verdicts) console.log(`${ok ? "ok" : "NOT OK"}: ${what}`);
  Deno.exitCode = verdicts.every(({ ok }) => ok) ? 0 : 1;
} finally {
  await Deno.remove(place, { recursive: true });
}

async function programOf(name: string): Promise<Program & AsyncDisposable> {
  if (name === "binary") {
    const binary = await compileBinary();
    return {
      ...binaryProgram(binary.path),
      [Symbol.asyncDispose]: () => binary[Symbol.asyncDispose](),
    };
  }
  const program = PROGRAMS.find((program) => program.name === name);
  if (program === undefined) throw new Error(`Cannot soak "${name}": name source or binary`);
  return { ...program, [Symbol.asyncDispose]: () => Promise.resolve() };
}

interface Sample {
  readonly bytes: number;
  readonly files: number;
}

async function soak(server: NetworkProcess, end: number) {
  const errors: string[] = [];
  const samples: Sample[] = [];
  const filesAtFirst = filesOf(server.pid);
  await Promise.all([
    ...KINDS_OF_CLIENTS.flatMap((kind) => [
      stay(server, kind, end, errors),
      comeAndGo(server, kind, end, errors),
    ]),
    watch(server, end, errors, samples),
  ]);
  const filesAtLast = await settled(() => filesOf(server.pid), filesAtFirst);
  const quarter = Math.floor(samples.length / 4);
  const memory = (from: number, to: number) =>
    median(samples.slice(from, to).map(({ bytes }) => bytes));
  const early = memory(quarter, 2 * quarter);
  const late = memory(3 * quarter, samples.length);
  const [first] = errors;
  return [
    { what: `${errors.length} errors${first ? `, the first: ${first}` : ""}`, ok: !first },
    {
      what: `memory ${megabytes(early)} in the second quarter, ${megabytes(late)} in the last`,
      ok: late / early <= MAX_GROWTH,
    },
    {
      what: `${filesAtFirst} open files before the clients, ${filesAtLast} after them`,
      ok: filesAtLast <= filesAtFirst,
    },
  ];
}

/** Clients that stay, and call once a second each. */
async function stay(
  server: NetworkProcess,
  kind: Kind,
  end: number,
  errors: string[],
): Promise<void> {
  const clients = await openMany(STEADY, () => KINDS[kind](server));
  const seconds = (end - performance.now()) / 1000;
  errors.push(...(await load(clients, { every: 1000, seconds })).errors);
  await closeAll(clients);
}

/** One client after the other. */
async function comeAndGo(
  server: NetworkProcess,
  kind: Kind,
  end: number,
  errors: string[],
): Promise<void> {
  while (performance.now() < end) {
    const client = await KINDS[kind](server);
    try {
      await live(client);
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error));
    }
    await client.close();
    await sleep(50);
  }
}

async function watch(
  { pid }: NetworkProcess,
  end: number,
  errors: readonly string[],
  samples: Sample[],
): Promise<void> {
  while (performance.now() < end) {
    await sleep(SAMPLE_MS);
    const sample = { bytes: await residentBytes(pid), files: filesOf(pid) };
    samples.push(sample);
    if (samples.length % 12 > 0) continue;
    console.log(`${megabytes(sample.bytes)}, ${sample.files} files, ${errors.length} errors`);
  }
}

/** What a client does in its short life: it writes, follows what it wrote, and puts it away. */
async function live(client: OpenClient): Promise<void> {
  const call = (name: string, args: object) =>
    client.request("tools/call", { name, arguments: args });
  const title = `Soak ${crypto.randomUUID()}`;
  const { structuredContent } = await call("create_task", { title, tags: ["soak"] });
  const task_id = structuredContent.task.id;
  const { promise: told, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error("a change was not told")), TOLD_MS);
  // A call that fails before it is waited for is told in its stead.
  told.catch(() => {});
  client.notified = () => resolve();
  await client.request("resources/subscribe", { uri: `selfos://tasks/${task_id}` });
  await call("update_task", { task_id, title: "Soaked through" });
  await told;
  clearTimeout(timer);
  await call("delete_task", { task_id });
}

/** The value once it is small enough, or after a while. */
async function settled(value: () => number, most: number): Promise<number> {
  for (let attempt = 0; attempt < 100 && value() > most; attempt++) await sleep(100);
  return value();
}

function filesOf(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
