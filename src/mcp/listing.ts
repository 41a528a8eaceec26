import { createHash } from "node:crypto";
import type { ListResourcesResult } from "@modelcontextprotocol/server";
import type { Principal } from "../permissions.ts";
import type { Engine } from "./call.ts";
import type { Call, Resource } from "./define.ts";
import { silentExchange } from "./exchange.ts";
import { pageOf } from "./page.ts";
import { reading } from "./reading.ts";
import { type Listed, shown } from "./resources.ts";

/** One `resources/list`, and the print of the whole list. */
export async function listResources<Context>(
  engine: Engine<Context>,
  principal: Principal,
  cursor?: string,
): Promise<{ result: ListResourcesResult; print: string }> {
  const call = callOf(principal);
  const context = engine.contextOf(call);
  const list = () => engine.registry.resources.list(principal, context);
  const listed = await reading(engine, call, list);
  const { items, next } = pageOf(listed, cursor);
  const dates = await datesOf(items, context);
  const resources = items.map(({ resource: { size, ...resource }, uri, title }) => {
    const lastModified = dates.get(uri);
    const annotations = { ...resource.annotations, ...(lastModified ? { lastModified } : {}) };
    const annotated = Object.keys(annotations).length > 0 ? { annotations } : {};
    return {
      uri,
      ...shown({ ...resource, title, ...annotated }),
      ...(size === undefined ? {} : { size }),
    };
  });
  return { result: { resources, ...next }, print: printOf(listed) };
}

/** The print of the list that a principal is shown: another one when the list is another. */
export async function printOfList<Context>(
  engine: Engine<Context>,
  principal: Principal,
): Promise<string> {
  const context = engine.contextOf(callOf(principal));
  return printOf(await engine.registry.resources.list(principal, context));
}

/** Whoever has the same rights is shown the same list. */
export function rightsToList({ user_id, areas, resources }: Principal): string {
  return JSON.stringify([user_id, areas, resources]);
}

function callOf(principal: Principal): Call {
  const { user_id } = principal;
  return { ...silentExchange("selfos", NEVER), principal, user_id, tool: "resources" };
}

async function datesOf<Context>(
  items: readonly Listed<Context>[],
  context: Context,
): Promise<Map<string, string>> {
  const uris = new Map<Resource<Context>, string[]>();
  for (const { resource, uri } of items) uris.set(resource, [...uris.get(resource) ?? [], uri]);
  const dates = new Map<string, string>();
  for (const [resource, of] of uris) {
    for (const [uri, date] of await resource.lastModified?.(of, context) ?? []) {
      dates.set(uri, date);
    }
  }
  return dates;
}

function printOf(listed: readonly Listed<never>[]): string {
  const hash = createHash("sha256");
  for (const { uri, title } of listed) hash.update(JSON.stringify([uri, title]));
  return hash.digest("base64");
}

const NEVER = new AbortController().signal;
