/** What an assistant opens a conversation with, over every transport, while others write elsewhere. */
import assert from "node:assert/strict";
import {
  closing,
  type Json,
  type Peer,
  type Target,
  type TransportName,
} from "../clients/conversation/peer.ts";
import { connect as connectV1 } from "../clients/conversation/v1.ts";
import { connect as connectV2 } from "../clients/conversation/v2.ts";
import { until } from "../until.ts";
import { type Installation, missingParts, startInstallation } from "./instances.ts";
import { onOneProgram, type Program } from "./programs.ts";
import { surroundings } from "./server.ts";

const CLIENTS = [
  { name: "the first SDK", connect: connectV1, revision: "2025-11-25" },
  { name: "the second SDK as of 2025", connect: connectV2, revision: "2025-11-25" },
  { name: "the second SDK as of 2026", connect: connectV2, revision: "2026-07-28" },
] as const;

/** A change is told within a second, where the machine has time for it. */
const TOLD_MS = 10_000;

onOneProgram(
  "resources are read, completed and followed while another instance writes",
  async (program, test) => {
    await using house = await startInstallation(program, "100000/s");
    const { key } = await house.newPerson("ada");
    for (const transport of ["stdio", "http", "sse", "ws"] as const) {
      for (const { name, connect, revision } of CLIENTS) {
        // HTTP+SSE ended before the revision of 2026: no client speaks that over it.
        if (transport === "sse" && revision === "2026-07-28") continue;
        await test.step(`${name} over ${transport}`, async () => {
          const target = targetOf(program, house, key, transport);
          await followAll(house, key, () => connect(target, revision));
        });
      }
    }
  },
  missingParts(),
);

async function followAll(
  { instances }: Installation,
  key: string,
  open: () => Promise<Peer>,
): Promise<void> {
  const url = `${instances[1]?.url}`;
  await using elsewhere = closing(await connectV1({ url, key, ...NO_COMMAND }, "2025-11-25"));
  const call = async (name: string, args: object): Promise<Json> => {
    const { isError, content, structuredContent } = await elsewhere.peer.call(name, args);
    assert.ok(!isError, JSON.stringify(content));
    return structuredContent;
  };
  const mark = crypto.randomUUID().slice(0, 8);
  const { goal } = await call("create_goal", { title: `Goal ${mark}` });
  const task = { title: "Buy milk", goal_id: goal.id, due_date: "today" };
  const { task: { id: task_id, due_date: day } } = await call("create_task", task);
  const memory = { content: `Before ${mark}`, task_id };
  const { memory: { id: memory_id } } = await call("add_memory", memory);
  await using follower = closing(await open());
  const { peer } = follower;
  const { resourceTemplates } = await peer.request("resources/templates/list");
  const values: Record<string, string> = {
    ...{ user_id: "me", goal_id: `${goal.id}`, task_id: `${task_id}`, memory_id: `${memory_id}` },
    date: day,
    week: await thisWeek(peer),
  };
  const addresses: string[] = [];
  for (const { uriTemplate } of resourceTemplates) {
    for (const [, name = ""] of uriTemplate.matchAll(/\{(\w+)\}/g)) {
      const value = values[name] ?? "";
      const found = await completed(peer, uriTemplate, name, value);
      assert.ok(found.includes(value), `${uriTemplate} ${name}: ${found}`);
    }
    const uri = uriTemplate.replace(/\{(\w+)\}/g, (_: string, name: string) => values[name]);
    await read(peer, uri);
    await peer.follow(uri);
    addresses.push(uri);
  }
  assert.equal(addresses.length, 7);

  await call("update_task", { task_id, title: `After ${mark}` });
  await call("complete_task", { task_id });
  await call("update_memory", { memory_id, content: `After ${mark}` });

  await until(() => addresses.every((uri) => peer.changed.includes(uri)), TOLD_MS);
  for (const uri of addresses) {
    assert.match(await read(peer, uri), new RegExp(`After ${mark}`), uri);
  }
}

async function thisWeek(peer: Peer): Promise<string> {
  const { resources } = await peer.request("resources/list");
  const uris: string[] = resources.map(({ uri }: Json) => uri);
  return uris.find((uri) => uri.includes("/weekly/"))?.split("/").at(-1) ?? "none";
}

async function completed(peer: Peer, uri: string, name: string, value: string): Promise<string[]> {
  const ref = { type: "ref/resource", uri };
  const params = { ref, argument: { name, value: value.slice(0, -1) } };
  const { completion } = await peer.request("completion/complete", params);
  return completion.values;
}

async function read(peer: Peer, uri: string): Promise<string> {
  const { contents: [content] } = await peer.request("resources/read", { uri });
  assert.ok(content.text.length > 0, uri);
  return content.text;
}

const NO_COMMAND = { command: "", args: [], env: {} };

function targetOf(
  program: Program,
  { instances, store, redis }: Installation,
  key: string,
  transport: TransportName,
): Target {
  if (transport === "stdio") {
    const env = {
      ...surroundings(),
      SELFOS_DATABASE_URL: `${store.url}/life`,
      SELFOS_REDIS_URL: redis.url,
      SELFOS_API_KEY: key,
    };
    return { command: program.command, args: [...program.args, "serve"], env };
  }
  const paths = { http: "/mcp", sse: "/mcp/sse", ws: "/mcp/ws" };
  const url = new URL(paths[transport], instances[0]?.url);
  if (transport === "ws") url.protocol = "ws:";
  return { url: url.href, key, ...NO_COMMAND };
}
