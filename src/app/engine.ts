import type { Audit } from "../audit/audit.ts";
import { sharedSecret } from "../auth/secret.ts";
import type { OwnBackups } from "../archive/own.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/db.ts";
import { Visits } from "../insights/catch_up/visits.ts";
import type { Actor } from "../life/actor.ts";
import type { Queries } from "../insights/query/query.ts";
import type { Instances } from "../instances/instances.ts";
import type { Life } from "../life/life.ts";
import { Served } from "../life/memories/served.ts";
import type { Log } from "../log.ts";
import type { Engine } from "../mcp/call.ts";
import type { Call } from "../mcp/define.ts";
import { Registry } from "../mcp/registry.ts";
import { Subscriptions } from "../mcp/subscriptions.ts";
import { prompts } from "../prompts/prompts.ts";
import { resources } from "../resources/resources.ts";
import type { Search } from "../search/search.ts";
import type { ToolContext } from "../tools/tool.ts";
import { toolsets } from "../tools/toolsets.ts";
import { cachedReadings } from "./cached_readings.ts";

export interface EngineParts {
  readonly db: Database;
  readonly life: Life;
  readonly search: Search;
  readonly queries: Queries;
  readonly backups: Pick<OwnBackups, "backUp">;
  readonly log: Log;
  readonly audit: Audit;
  readonly instances: Instances;
  now(): Date;
}

/** The tools of the configured toolsets, all resources and prompts, on these parts. */
export function openEngine(
  { toolsets: names }: Config,
  { db, life, search, queries, backups, log, audit, instances, now }: EngineParts,
): Engine<ToolContext> {
  const tools = [...new Set(names)].flatMap((name) => toolsets[name]);
  const served = new Served(now);
  const visits = new Visits({ db, log });
  const contextOf = (call: Call): ToolContext => {
    const { user_id, principal, tool, repeat, ...exchange } = call;
    const actor: Actor = {
      user_id,
      areas: principal.areas,
      principal: principal.id,
      client: exchange.client,
      tool,
      ...(repeat ? { repeat } : {}),
    };
    return {
      ...exchange,
      ...{ db, life, search, queries, visits, backups, actor, now: now() },
      echoOf: (text) => served.find({ principal: principal.id, client: exchange.client }, text),
    };
  };
  return {
    registry: new Registry({ tools, resources, prompts }),
    subscriptions: new Subscriptions(log),
    contextOf,
    cached: cachedReadings({ db, instances, contextOf, now }),
    noteServed: ({ principal: { id: principal }, client }, answer) =>
      served.note({ principal, client }, answer),
    record: (attempt) => audit.record(attempt),
    mayLose: async ({ user_id, areas }) =>
      areas !== undefined || await life.shares.anyWith(user_id),
    secret: sharedSecret(db, "request state"),
  };
}
