/** Readings of resources by any principal, with the caches of an instance and past them. */
import type { App } from "../../src/app.ts";
import { AppError } from "../../src/errors.ts";
import { callTool } from "../../src/mcp/call.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import { readResource } from "../../src/mcp/resources.ts";
import type { Principal } from "../../src/permissions.ts";

type Serving = Pick<App, "engine">;

const EXCHANGE = silentExchange("test", new AbortController().signal);

/** Someone with all of their own life, unless told. */
export function principal(user_id: string, more: Partial<Principal> = {}): Principal {
  return { user_id, level: "read_write", id: "local", ...more };
}

/** What stands at an address, or the code of the refusal. */
export async function read({ engine }: Serving, reader: Principal, uri: string): Promise<string> {
  return await orCode(async () => {
    const { contents: [content] } = await readResource(engine, reader, uri, EXCHANGE);
    return JSON.stringify(content);
  });
}

/** As {@linkcode read}, made anew. */
export async function readAnew(
  { engine }: Serving,
  reader: Principal,
  uri: string,
): Promise<string> {
  return await orCode(async () => {
    const { resource, reading, user_id } = engine.registry.resources.locate(reader, uri);
    const { name: tool, mimeType } = resource;
    const { lastModified, ...content } = await reading.read(
      engine.contextOf({ ...EXCHANGE, principal: reader, user_id, tool }),
    );
    const _meta = lastModified === undefined ? {} : { _meta: { lastModified } };
    return JSON.stringify({ uri, mimeType, ...content, ..._meta });
  });
}

/** Calls a tool; what is refused does not matter. */
export async function attempt(
  { engine }: Serving,
  who: Principal,
  tool: string,
  args: object,
): Promise<void> {
  await orCode(async () => JSON.stringify(await callTool(engine, who, tool, args, EXCHANGE)));
}

async function orCode(step: () => Promise<string>): Promise<string> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code;
  }
}

/** How many readings of an instance had to be made while this was done. */
export async function madeDuring({ engine }: Serving, step: () => Promise<unknown>) {
  const { cached } = engine;
  const before = cached.asked - cached.kept;
  await step();
  return cached.asked - cached.kept - before;
}
