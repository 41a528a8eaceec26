import type { Audit } from "../audit/audit.ts";
import { sharedSecret } from "../auth/secret.ts";
import type { OwnBackups } from "../archive/on_demand.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/db.ts";
import { Visits } from "../insights/catch_up/visits.ts";
import { Taints } from "../auth/taint.ts";
import type { Queries } from "../insights/query/query.ts";
import type { Instances } from "../instances/instances.ts";
import type { Life } from "../life/life.ts";
import { holdsTextFromOutside } from "../life/origins.ts";
import { Served } from "../life/memories/served.ts";
import type { Log } from "../log.ts";
import type { Engine } from "../mcp/call.ts";
import type { Call } from "../mcp/define.ts";
import { Registry } from "../mcp/registry.ts";
import { Subscriptions } from "../mcp/subscriptions.ts";
import type { Planner } from "../planning/planner.ts";
import { prompts } from "../prompts/prompts.ts";
import { resources } from "../resources/resources.ts";
import type { Search } from "../search/search.ts";
import type { ToolContext } from "../tools/tool.ts";
import { toolsets } from "../tools/toolsets.ts";
import { cachedReadings } from "./cached_readings.ts";
import { actorOf, write } from "./proposing.ts";

export interface EngineParts {
  readonly db: Database;
  readonly life: Life;
  readonly search: Search;
  readonly queries: Queries;
  readonly planner: Planner;
  readonly backups: Pick<OwnBackups, "backUp">;
  readonly log: Log;
  readonly audit: Audit;
  readonly instances: Instances;
  now(): Date;
}

/** Keeps in memory what it was asked for lately. */
export interface Forgetting {
  /** Drops what is kept of anybody's life. */
  forget(): Promise<void>;
}

/** The tools of the configured toolsets, all resources and prompts, on these parts. */
export function openEngine(
  { toolsets: names }: Config,
  { db, life, search, queries, planner, backups, log, audit, instances, now }: EngineParts,
): Engine<ToolContext> & Forgetting {
  const tools = [...new Set(names)].flatMap((name) => toolsets[name]);
  const served = new Served(now);
  const visits = new Visits({ db, log });
  const taints = new Taints({ db, now });
  const contextOf = (call: Call): ToolContext => {
    const { principal, approval, client } = call;
    const actor = actorOf(call);
    return {
      ...call,
      ...{ db, life, search, queries, planner, visits, backups, actor },
      now: approval === undefined ? now() : new Date(approval.asked_at),
      echoOf: (text) => served.find({ principal: principal.id, client }, text),
    };
  };
  const cached = cachedReadings({ db, instances, contextOf, now });
  return {
    registry: new Registry({ tools, resources, prompts }),
    subscriptions: new Subscriptions(log),
    contextOf,
    write: (call, args, run) => write({ life, taints }, call, args, run),
    cached,
    async forget() {
      served.forget();
      queries.forget();
      search.forget();
      await cached.forget();
    },
    reads: ({ user_id, principal }) =>
      taints.mark(principal, () => holdsTextFromOutside(db, { user_id, areas: principal.areas })),
    noteServed: ({ principal: { id: principal }, client }, answer) =>
      served.note({ principal, client }, answer),
    record: (attempt) => audit.record(attempt),
    mayLose: async ({ user_id, areas }) =>
      areas !== undefined || await life.shares.anyWith(user_id),
    secret: sharedSecret(db, "request state"),
  };
}
