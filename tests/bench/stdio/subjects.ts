/** The servers that are measured, and the same work in the words of each. */
import { install } from "../install.ts";
import type { Launch, Reply, Rpc } from "./rpc.ts";

const ROOT = new URL("../../../", import.meta.url);
const PEER = "@modelcontextprotocol/server-memory";
const PEER_VERSION = "2026.8.31";

/** Items in a store, unless more are asked for. */
export const STORED = 100;

/** Items in the answer of a list. */
export const LISTED = 20;

interface ToolCall {
  readonly name: string;
  readonly args: object;
}

export interface Subject {
  readonly name: string;
  /** Starts the server on the store in this directory. */
  launch(directory: string): Launch;
  /** Stores {@linkcode STORED} items. */
  seed(rpc: Rpc): Promise<void>;
  create(title: string): ToolCall;
  /** Takes back what the call created, so that the number of items stays. */
  remove(title: string, created: Reply): ToolCall;
  readonly list: ToolCall;
  /** How many items the list answered. */
  listed(reply: Reply): number;
}

/** SelfOS as its users run it: the compiled binary. */
export function binarySubject(path: string): Subject {
  return selfos("binary", path, []);
}

/** SelfOS as its developers run it: `deno run` with the permissions of the task. */
export async function denoSubject(): Promise<Subject> {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const [deno, ...args]: string[] = tasks.selfos.split(" && ").at(-1)!.split(" ");
  const main = args.pop();
  if (deno !== "deno" || main !== "main.ts") {
    throw new Error(`Cannot run the task selfos of deno.json: ${tasks.selfos}`);
  }
  return selfos("deno run", Deno.execPath(), [...args, new URL(main, ROOT).pathname]);
}

/** The peer, installed from npm into the directory and run by node. */
export async function peerSubject(directory: string): Promise<Subject> {
  await install(directory, `${PEER}@${PEER_VERSION}`);
  const entity = (name: string, place: string) => ({
    name,
    entityType: "task",
    observations: [`in the ${place}`, "priority medium", "due 2027-03-01"],
  });
  return {
    name: "server-memory",
    launch: (store) => ({
      program: "node",
      args: [`${directory}/node_modules/${PEER}/dist/index.js`],
      env: { MEMORY_FILE_PATH: `${store}/memory.jsonl` },
    }),
    async seed(rpc) {
      const entities = items().map(({ title, place }) => entity(title, place));
      await rpc.call({ name: "create_entities", args: { entities } });
    },
    create: (title) => ({
      name: "create_entities",
      args: { entities: [entity(title, "street")] },
    }),
    remove: (title) => ({ name: "delete_entities", args: { entityNames: [title] } }),
    list: { name: "search_nodes", args: { query: "garden" } },
    listed: ({ result }) => result.structuredContent.entities.length,
  };
}

function selfos(name: string, program: string, args: readonly string[]): Subject {
  const task = (title: string, place: string) => ({
    title,
    priority: "medium",
    due_date: "2027-03-01",
    tags: [place],
  });
  return {
    name,
    launch: (store) => ({
      program,
      args: [...args, "serve"],
      env: { SELFOS_DATA_DIR: store },
    }),
    async seed(rpc) {
      for (const { title, place } of items()) {
        await rpc.call({ name: "create_task", args: task(title, place) });
      }
    },
    create: (title) => ({ name: "create_task", args: task(title, "street") }),
    remove: (_, { result }) => ({
      name: "delete_task",
      args: { task_id: result.structuredContent.task.id },
    }),
    list: { name: "list_tasks", args: { limit: LISTED } },
    listed: ({ result }) => result.structuredContent.tasks.length,
  };
}

/** {@linkcode STORED} items, of which {@linkcode LISTED} are in the garden. */
function items(): { title: string; place: string }[] {
  const places = ["garden", "kitchen", "office", "cellar", "attic"];
  return Array.from({ length: STORED }, (_, index) => ({
    title: `Task ${index + 1} of many`,
    place: places[index % places.length] ?? "",
  }));
}
