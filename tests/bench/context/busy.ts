/** How long the heavier reads take while many others read and write. */
import { binaryProgram } from "../../process/programs.ts";
import { startNetwork } from "../../process/network.ts";
import { KINDS, type OpenClient } from "../network/clients.ts";
import { closeAll, openMany } from "../network/load.ts";
import { type Figure, median, milliseconds, percentile } from "../report.ts";

const OTHERS = 50;
/** One of the others reads every second, and writes every tenth time. */
const EVERY_MS = 1000;
const READS_A_WRITE = 10;
const ROUNDS = 100;
const WARM_UP = 5;

interface Read {
  readonly name: string;
  /** At most, in milliseconds, for the slowest of a hundred. */
  readonly most: number;
  run(client: OpenClient, round: number): Promise<unknown>;
}

const tool = (name: string, args: object = {}) => (client: OpenClient) =>
  client.request("tools/call", { name, arguments: args });
const resource = (uri: string) => (client: OpenClient) => client.request("resources/read", { uri });

const SQL = `select life_area_id, strftime('%Y-%m', tasks.completed_at) as month, count(*) as done,
  avg(actual_duration) as minutes
  from tasks join goals on goals.id = tasks.goal_id
  where tasks.status = 'completed' group by 1, 2 order by 1, 2`;

function reads(today: string, week: string): Read[] {
  return [
    { name: "query_user_stats", most: 100, run: tool("query_user_stats") },
    { name: "list_tasks", most: 100, run: tool("list_tasks", { limit: 20 }) },
    { name: "daily summary", most: 100, run: resource(`selfos://users/me/daily/${today}`) },
    { name: "weekly summary", most: 500, run: resource(`selfos://users/me/weekly/${week}`) },
    {
      name: 'analyze_progress("365d")',
      most: 500,
      run: tool("analyze_progress", { period: "365d" }),
    },
    { name: "query_data, an aggregate", most: 500, run: tool("query_data", { sql: SQL }) },
  ];
}

/** @param count runs a bare count of the same tasks in the same store */
export async function busyFigures(
  store: string,
  { binary, directory, flags, count }: {
    readonly binary: string;
    readonly directory: string;
    readonly flags: readonly string[];
    count(): Promise<unknown>;
  },
): Promise<Figure[]> {
  const more = [...flags, "--rate-limit", "1000000/s"];
  await using server = await startNetwork(binaryProgram(binary), directory, more, {
    withKey: false,
  });
  const { key } = await server.issue(...flags);
  const open = () => KINDS.ws({ url: server.url, key });
  const client = await open();
  const others = await openMany(OTHERS, open);
  const stop = new AbortController();
  const load = Promise.all(others.map((other, index) => readAndWrite(other, index, stop.signal)));
  // What fails first is told: the others lose their server then.
  load.catch(() => {});
  const today = new Date().toISOString().slice(0, 10);
  const measured = reads(today, weekOf(new Date()));
  const times = measured.map((): number[] => []);
  const counts: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [index, read] of measured.entries()) {
      const began = performance.now();
      await read.run(client, round);
      if (round >= 0) times[index]?.push(performance.now() - began);
    }
    const began = performance.now();
    await count();
    if (round >= 0) counts.push(performance.now() - began);
  }
  stop.abort();
  await load;
  await closeAll([client, ...others]);
  const bare = median(counts);
  return measured.map(({ name, most }, index) => {
    const own = times[index] ?? [];
    const slow = percentile(own, 0.99);
    return {
      name: `${name} among ${OTHERS} others, p99 (p50 ${milliseconds(median(own))}), ${store}`,
      ours: milliseconds(slow),
      other: `${milliseconds(bare)} (count)`,
      ratio: (median(own) / bare).toFixed(1),
      target: `<= ${milliseconds(most)}`,
      met: slow <= most,
    };
  });
}

async function readAndWrite(client: OpenClient, index: number, signal: AbortSignal): Promise<void> {
  await pause(EVERY_MS * index / OTHERS);
  for (let turn = index; !signal.aborted; turn++) {
    const began = performance.now();
    const call = turn % READS_A_WRITE === 0
      ? { name: "create_task", arguments: { title: `Task ${index}-${turn}`, due_date: "tomorrow" } }
      : { name: "list_tasks", arguments: { limit: 20 } };
    await client.request("tools/call", call);
    await pause(EVERY_MS - (performance.now() - began));
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}

/** The ISO week of a day in UTC. */
function weekOf(day: Date): string {
  const thursday = new Date(day);
  thursday.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  const week = Math.ceil(((thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7);
  return `${year}-W${String(week).padStart(2, "0")}`;
}
