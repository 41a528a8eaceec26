import { residentBytes } from "../process.ts";
import { median } from "../report.ts";
import { Rpc } from "./rpc.ts";
import { LISTED, type Subject } from "./subjects.ts";

/** A subject on a store that has what is to be measured. */
export interface Stand {
  readonly subject: Subject;
  readonly directory: string;
}

export interface CallTimes {
  /** Milliseconds of one durable create. */
  readonly create: number;
  /** Milliseconds of one list, when nothing changed since the last. */
  readonly list: number;
  /** Milliseconds of one list right after a write. */
  readonly listAfterWrite: number;
}

const SETTLING_MS = 3000;

/** Milliseconds from process start to the answer to `initialize`, in the order of the stands. */
export async function startTimes(stands: readonly Stand[], rounds: number): Promise<number[]> {
  const times = stands.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, { subject, directory }] of stands.entries()) {
      const started = performance.now();
      await using rpc = new Rpc(subject.launch(directory));
      await rpc.initialize();
      const took = performance.now() - started;
      if (round >= 0) times[index]?.push(took);
    }
  }
  return times.map(median);
}

/** Medians over many calls, the servers taking turns. */
export async function callTimes(
  stands: readonly Stand[],
  { warmup, rounds }: { warmup: number; rounds: number },
): Promise<CallTimes[]> {
  await using servers = await openAll(stands);
  const times = stands.map((): CallTimes[] => []);
  for (let round = -warmup; round < rounds; round++) {
    for (const [index, { subject, rpc }] of servers.open.entries()) {
      const title = `Measured ${round + warmup}`;
      const created = await rpc.call(subject.create(title));
      await rpc.call(subject.remove(title, created));
      const listAfterWrite = await timeOfList(subject, rpc);
      const list = await timeOfList(subject, rpc);
      if (round >= 0) times[index]?.push({ create: created.milliseconds, list, listAfterWrite });
    }
  }
  return times.map((all) => ({
    create: median(all.map(({ create }) => create)),
    list: median(all.map(({ list }) => list)),
    listAfterWrite: median(all.map(({ listAfterWrite }) => listAfterWrite)),
  }));
}

/** Resident bytes of servers that were used a little and then left alone; Linux only. */
export async function idleMemory(stands: readonly Stand[]): Promise<number[] | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  await using servers = await openAll(stands);
  for (const { subject, rpc } of servers.open) {
    await rpc.request("tools/list", {});
    await rpc.call(subject.list);
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
  return await Promise.all(servers.open.map(({ rpc }) => residentBytes(rpc.pid)));
}

/** Bytes of the answer to `tools/list` for each tool in it. */
export async function bytesPerTool(stands: readonly Stand[]): Promise<number[]> {
  await using servers = await openAll(stands);
  return await Promise.all(servers.open.map(async ({ rpc }) => {
    const { result, bytes } = await rpc.request("tools/list", {});
    if (result.nextCursor) throw new Error("tools/list has more than one page");
    return bytes / result.tools.length;
  }));
}

async function openAll(stands: readonly Stand[]) {
  const stack = new AsyncDisposableStack();
  const open: { subject: Subject; rpc: Rpc }[] = [];
  try {
    for (const { subject, directory } of stands) {
      const rpc = stack.use(new Rpc(subject.launch(directory)));
      await rpc.initialize();
      open.push({ subject, rpc });
    }
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
  return { open, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function timeOfList(subject: Subject, rpc: Rpc): Promise<number> {
  const reply = await rpc.call(subject.list);
  const listed = subject.listed(reply);
  if (listed !== LISTED) throw new Error(`${subject.name} listed ${listed} items, not ${LISTED}`);
  return reply.milliseconds;
}
