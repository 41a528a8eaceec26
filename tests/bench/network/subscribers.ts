import { binaryProgram, type Program } from "../../process/programs.ts";
import { startNetwork } from "../../process/network.ts";
import { startPostgres } from "../../services/postgres.ts";
import { startRedis } from "../../services/redis.ts";
import { bounded, type Figure, median, milliseconds } from "../report.ts";
import type { Bench } from "../section.ts";
import { KINDS, type OpenClient, type Place } from "./clients.ts";
import { closeAll, openMany } from "./load.ts";

const SUBSCRIBERS = 1000;
const ROUNDS = 10;
const MAX_MS = 1000;

/** How soon the last of many subscribers hears of a change, on two instances of one installation. */
export async function subscriberFigures({ binary, place, say }: Bench): Promise<Figure[]> {
  await using postgres = await startPostgres();
  await using redis = await startRedis();
  const stores = ["--database-url", `${postgres.url}/postgres`, "--redis-url", redis.url];
  const flags = [...stores, "--migrate", "--rate-limit", "1000000/s", "--max-connections", "2000"];
  const program: Program = binaryProgram(binary);
  const start = (name: string) =>
    startNetwork(program, `${place}/${name}`, flags, { withKey: false });
  await using here = await start("here");
  await using there = await start("there");
  const { key } = await here.issue(...stores);
  const clients = await openAll([here, there].map(({ url }) => ({ url, key })));
  const [writer] = clients;
  if (writer === undefined) throw new Error("there is no subscriber");
  say(`Measuring ${clients.length.toLocaleString("en")} subscribers of two instances ...`);
  const task_id = await newTask(writer);
  const uri = `selfos://tasks/${task_id}`;
  await Promise.all(clients.map((client) => client.request("resources/subscribe", { uri })));
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const took = await timeToAll(clients, () => {
      const title = `Told ${round} times`;
      return callTool(writer, "update_task", { task_id, title });
    });
    if (round > 0) times.push(took);
  }
  await closeAll(clients);
  const name = `change to the last of ${clients.length.toLocaleString("en")} subscribers`;
  return [
    bounded({ name: `${name}: median`, ours: median(times), unit: milliseconds }, MAX_MS),
    bounded({ name: `${name}: longest`, ours: Math.max(...times), unit: milliseconds }, MAX_MS),
  ];
}

/** Subscribers of every kind on each of the servers. */
async function openAll(places: readonly Place[]): Promise<OpenClient[]> {
  const ways = places.flatMap((place) => Object.values(KINDS).map((open) => () => open(place)));
  const each = Math.ceil(SUBSCRIBERS / ways.length);
  const clients: OpenClient[] = [];
  for (const open of ways) clients.push(...await openMany(each, open));
  return clients;
}

async function newTask(client: OpenClient): Promise<number> {
  const { structuredContent } = await callTool(client, "create_task", { title: "Watched" });
  return structuredContent.task.id;
}

async function callTool(client: OpenClient, name: string, args: object) {
  return await client.request("tools/call", { name, arguments: args });
}

/** Milliseconds from before the change until the last of the clients was told. */
async function timeToAll(clients: readonly OpenClient[], change: () => Promise<unknown>) {
  const told = clients.map((client) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    client.notified = (method) => {
      if (method === "notifications/resources/updated") resolve();
    };
    return promise;
  });
  const started = performance.now();
  await change();
  await inTime(Promise.all(told));
  return performance.now() - started;
}

async function inTime(step: Promise<unknown>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("a subscriber was not told")), 20_000);
  await Promise.race([step, late]);
  clearTimeout(timer);
}
