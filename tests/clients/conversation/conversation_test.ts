import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startNetwork } from "../../process/network.ts";
import { onEveryProgram, type Program, sourceProgram } from "../../process/programs.ts";
import { inTime, newPlace, surroundings } from "../../process/server.ts";
import { GAPS } from "./gaps.ts";
import { REVISIONS, type Target, type TransportName, TRANSPORTS } from "./peer.ts";
import type { Plan, Report } from "./talk.ts";

const CLIENTS = ["v1", "v2"] as const;

/** The primitives that only tests have are served from the source alone. */
const SERVE = fileURLToPath(new URL("../../conformance/serve.ts", import.meta.url));

for (const transport of TRANSPORTS) {
  onEveryProgram(`the conversation over ${transport} goes as recorded`, async (program, test) => {
    await using servers = await startServers(program, transport);
    const reports = await Promise.all(
      CLIENTS.map(async (client) => [client, await talk({ client, ...servers.plan })] as const),
    );
    for (const [client, report] of reports) {
      for (const revision of REVISIONS) {
        await test.step(`${client} in ${revision}`, () => {
          assertAsRecorded(report, client, transport, revision);
        });
      }
    }
  });
}

function assertAsRecorded(
  report: Report,
  client: typeof CLIENTS[number],
  transport: TransportName,
  revision: typeof REVISIONS[number],
): void {
  const steps = Object.entries(report[revision] ?? {});
  assert.ok(steps.length >= 5, "the conversation was not held");
  for (const [step, fault] of steps) {
    const gap = GAPS.find((gap) =>
      gap.revisions.includes(revision) && (gap.client ?? client) === client &&
      (gap.transport ?? transport) === transport && (gap.steps ?? [step]).includes(step)
    );
    if (gap === undefined) assert.equal(fault, null, step);
    else assert.match(fault ?? "it works", gap.says, `${step}, although ${gap.reason}`);
  }
}

/** The client as a program of its own. */
async function talk(plan: Plan): Promise<Report> {
  const script = fileURLToPath(new URL("talk.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--no-check", script, JSON.stringify(plan)],
    clearEnv: true,
    env: { ...surroundings(), NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

interface Servers extends AsyncDisposable {
  readonly plan: Omit<Plan, "client">;
}

async function startServers(program: Program, transport: TransportName): Promise<Servers> {
  const withPrimitives = program.name === "source";
  const place = newPlace();
  const stack = new AsyncDisposableStack();
  stack.use(place);
  if (transport === "stdio") {
    const env = { ...surroundings(), SELFOS_DATA_DIR: place.dataDir, NO_COLOR: "1" };
    const product = { command: program.command, args: [...program.args, "serve"], env };
    const primitives = { ...primitivesProgram("stdio"), env };
    return {
      plan: { product, ...(withPrimitives ? { primitives } : {}) },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  }
  const network = stack.use(await startNetwork(program, place.dataDir));
  const plan = { product: targetOf(network, transport) };
  if (!withPrimitives) {
    return { plan, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }
  const { command, args } = primitivesProgram("network");
  const child = new Deno.Command(command, { args, stdout: "piped", env: surroundings() }).spawn();
  stack.defer(async () => {
    child.kill("SIGKILL");
    await child.status;
  });
  const address = JSON.parse(await inTime(firstLine(child.stdout), "the primitives", child));
  return {
    plan: { ...plan, primitives: targetOf(address, transport) },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function primitivesProgram(mode: "stdio" | "network") {
  const { command } = sourceProgram(new URL(import.meta.url));
  return { command, args: ["run", "--quiet", "--allow-all", "--no-check", SERVE, mode] };
}

function targetOf({ url, key }: { url: string; key: string }, transport: TransportName): Target {
  const address = new URL(url);
  if (transport === "sse") address.pathname = "/mcp/sse";
  if (transport === "ws") {
    address.pathname = "/mcp/ws";
    address.protocol = "ws:";
  }
  return { url: address.href, key, command: "", args: [], env: {} };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) break;
  }
  return text;
}
