/** What it costs to know who calls and to decide what they may, beside the call itself. */
import { decide, type Principal } from "../../../src/permissions.ts";
import { matches } from "../../../src/permissions/globs.ts";
import { makeWorld, type World } from "../../auth/tokens/world.ts";
import { startNetwork } from "../../process/network.ts";
import { PROGRAMS } from "../../process/programs.ts";
import { LIST_TASKS, openSession } from "../network/clients.ts";
import { beside, bounded, type Figure, median, microseconds, within } from "../report.ts";
import type { Bench } from "../section.ts";

const ROUNDS = 200;
const GLOBS = 100;

/** What telling who calls may take of a whole call. */
const SHARE = 0.2;
/** Microseconds. */
const MOST_FOR_DECISION = 50;
const MOST_FOR_HOSTILE = 50_000;

export async function admissionFigures({ place, say }: Bench): Promise<Figure[]> {
  say("Measuring who may come in ...");
  await using world = await makeWorld();
  const call = await wholeCall(place);
  const of = (name: string, ours: number) => ({ name, ours, other: call, unit: microseconds });
  const key = await newKey(world);
  const token = await world.token();
  return [
    within(
      of("API key, of a list_tasks over HTTP", await timeOf(() => world.authenticate(key))),
      SHARE,
    ),
    within(
      of("token, of a list_tasks over HTTP", await timeOf(() => world.authenticate(token))),
      SHARE,
    ),
    beside(
      of("API key at first sight, of the same", await firstSights(() => newKey(world), world)),
    ),
    beside(
      of("token at first sight, of the same", await firstSights(() => newToken(world), world)),
    ),
    bounded(
      { name: `decision with ${GLOBS} globs`, ours: decisionTime(), unit: microseconds },
      MOST_FOR_DECISION,
    ),
    bounded(
      {
        name: "hostile glob of 2,000 characters, longest",
        ours: hostileTime(),
        unit: microseconds,
      },
      MOST_FOR_HOSTILE,
    ),
  ];
}

/** Microseconds of one call after the other, as a client sees them. */
async function wholeCall(place: string): Promise<number> {
  const [source] = PROGRAMS;
  if (source === undefined) throw new Error("there is no program to measure");
  await using server = await startNetwork(source, `${place}/admission`, [
    "--rate-limit",
    "1000000/s",
  ]);
  const client = await openSession(server);
  const call = () => client.request("tools/call", LIST_TASKS);
  await timeOf(call);
  const took = await timeOf(call);
  await client.close();
  return took;
}

async function newKey({ test }: World): Promise<string> {
  const { keys } = await test.app.auth();
  const { key } = await keys.create({
    ...{ user_id: "ada", name: "bench", level: "read_write", expires_at: null },
  });
  return key;
}

function newToken(world: World): Promise<string> {
  return world.token({ jti: crypto.randomUUID() });
}

/** The median of credentials that are shown for the first time; issuing them is not counted. */
async function firstSights(issue: () => Promise<string>, world: World): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const credential = await issue();
    const began = performance.now();
    await world.authenticate(credential);
    times.push((performance.now() - began) * 1000);
  }
  return median(times);
}

async function timeOf(step: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await step();
    times.push((performance.now() - began) * 1000);
  }
  return median(times);
}

/** A tool that none of the globs matches, so that all of them are looked at. */
function decisionTime(): number {
  const tools = Array.from({ length: GLOBS }, (_, index) => `*_${index}_*_goals`);
  const narrow: Principal = { user_id: "ada", level: "read_write", id: "bench", tools };
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    const decision = decide(narrow, { use: "list_tasks" });
    times.push((performance.now() - began) * 1000);
    if (decision.allowed) throw new Error("a glob matched what it should not");
  }
  return median(times);
}

function hostileTime(): number {
  const name = "a".repeat(2000);
  const globs = [
    `${"*a".repeat(999)}*b`,
    `*${"a".repeat(1000)}b*`,
    `*${"a".repeat(500)}b*${"a".repeat(500)}b*`,
    "*".repeat(2000),
  ];
  const times = globs.map((glob) => {
    const began = performance.now();
    matches(glob, name);
    return (performance.now() - began) * 1000;
  });
  return Math.max(...times);
}
