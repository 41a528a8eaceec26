/** What the conformance suite and the recorded conversation ask for, over the production pipeline. */
import type { App } from "../../src/app.ts";
import type { Log } from "../../src/log.ts";
import { Registry } from "../../src/mcp/registry.ts";
import type { Serving } from "../../src/mcp/server.ts";
import type { ToolContext } from "../../src/tools/tool.ts";
import { askingTools } from "./asking_tools.ts";
import { contentTools } from "./content_tools.ts";
import { prompts, resources } from "./readables.ts";

/** Serves the test-only primitives on the store of a SelfOS. */
export function servePrimitives({ engine }: App, log: Log): Serving<ToolContext> {
  const registry = new Registry({ tools: [...contentTools, ...askingTools], resources, prompts });
  return {
    log,
    engine: () => Promise.resolve({ ...engine, registry }),
    capabilities: {
      tools: {},
      resources: { subscribe: true, listChanged: true },
      prompts: {},
      completions: {},
      logging: {},
    },
  };
}

/** What lets Ada in from the network, and what a network server of a test is told beside its routes. */
export async function admission({ auth, instances, audit }: App) {
  const { keys, authenticator } = await auth();
  const { key } = await keys.create({
    user_id: "ada",
    level: "read_write",
    name: "primitives",
    expires_at: null,
  });
  const options = {
    maxBody: 1_000_000,
    maxConnections: 1000,
    rate: { count: 10_000, period: 60 },
    authenticator,
    instances,
    audit,
    caches: {},
    parts: [],
    lastBackup: () => Promise.resolve(null),
    issuers: [],
    publicUrl: undefined,
  };
  return { key, options };
}
