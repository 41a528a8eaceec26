import { sharedSecret } from "../auth/secret.ts";
import type { Cache } from "../cache/cache.ts";
import type { Database } from "../db/db.ts";
import { LATEST } from "../db/steps.ts";
import type { Instances } from "../instances/instances.ts";
import { isWholeLife, sharesIn } from "../life/scope.ts";
import { changesSince, type Standing, standingOf } from "../life/standing.ts";
import { CachedReadings } from "../mcp/cached.ts";
import type { Call } from "../mcp/define.ts";

interface Parts<Context> {
  readonly db: Database;
  readonly instances: Instances;
  contextOf(call: Call): Context;
  now(): Date;
}

/** Items; to look at more changes than have so many takes longer than to read anew. */
const MOST_CHANGED = 4;

/** The readings of resources, kept in this process and, where there are others, with them. */
export function cachedReadings<Context>(
  { db, instances: { values }, contextOf, now }: Parts<Context>,
): CachedReadings<Context> {
  return new CachedReadings(
    {
      standingOf: async ({ user_id, principal: { areas } }) => {
        const standing = await standingOf(db, { user_id, areas }, now());
        const { revisions, scope } = standing;
        return { view: viewOf(standing), revisions, whole: isWholeLife(scope) };
      },
      changesSince: (user_id, since) => changesSince(db, user_id, since, MOST_CHANGED),
      contextOf,
      now,
    },
    () => openCaches(db, values),
  );
}

function viewOf({ scope, zone, day }: Standing): string {
  const { user_id, areas } = scope;
  const shares = sharesIn(scope).map(({ area_id, owner, role }) => [area_id, owner, role]);
  return JSON.stringify([LATEST, user_id, areas?.toSorted() ?? null, shares, zone, day]);
}

async function openCaches(db: Database, values: Instances["values"]): Promise<readonly Cache[]> {
  const { InProcessCache } = await import("../cache/in_process.ts");
  const near = new InProcessCache();
  if (values === undefined) return [near];
  const { SharedCache } = await import("../cache/shared.ts");
  return [near, new SharedCache(values, sharedSecret(db, "cache"))];
}
