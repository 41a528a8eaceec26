import { chunksOf } from "../../db/chunks.ts";
import type { Database } from "../../db/db.ts";
import { type Referred, TABLES } from "../history/shown.ts";
import { referredIn, withoutUnseen } from "../history/unseen.ts";
import { type Scope, seen } from "../scope.ts";
import type { ProposedItem } from "./items.ts";
import type { Glimpse } from "./lines.ts";

/** What a proposal would change, and whose life it is about. */
export interface Concerning {
  readonly owner: string;
  readonly glimpse: Glimpse;
}

/** So many ids fit in one statement, on every store. */
const PART = 1000;

/**
 * Leaves out of proposals, of which these are some, the records that their viewer does not see now, and
 * the ids of such records; of one's own whole life, nothing.
 */
export async function hidingUnseen(
  { read }: Database,
  proposals: readonly Concerning[],
  scope: Scope,
): Promise<(proposal: Concerning) => Glimpse> {
  const isWhole = ({ owner }: Concerning) => scope.areas === undefined && owner === scope.user_id;
  const items = proposals.filter((one) => !isWhole(one)).flatMap(({ glimpse }) => glimpse.items);
  const known: Record<Referred, Set<number>> = {
    goals: await seenAmong(read, "goals", items, scope),
    tasks: await seenAmong(read, "tasks", items, scope),
    memories: await seenAmong(read, "memories", items, scope),
  };
  const isSeen = ({ entity, id }: ProposedItem): boolean => {
    if (id.startsWith("#")) return true;
    if (entity === "life_area") return scope.areas?.includes(Number(id)) ?? false;
    return entity !== "user" && known[TABLES[entity]].has(Number(id));
  };
  const isShown = {
    goals: (id: number) => known.goals.has(id),
    tasks: (id: number) => known.tasks.has(id),
    memories: (id: number) => known.memories.has(id),
  };
  return (proposal) => {
    if (isWhole(proposal)) return proposal.glimpse;
    const { items, count } = proposal.glimpse;
    const left = items.filter(isSeen)
      .map((item) => ({ ...item, fields: withoutUnseen(item.fields, isShown) }));
    return { items: left, count };
  };
}

async function seenAmong(
  read: Database["read"],
  table: Referred,
  items: readonly ProposedItem[],
  scope: Scope,
): Promise<Set<number>> {
  const ids = [...new Set(items.flatMap((item) => idsIn(item, table)))];
  const found = new Set<number>();
  for (const part of chunksOf(ids, PART)) {
    const rows = await read.selectFrom(table).select("id")
      .where("id", "in", part).where(seen(table, scope)).execute();
    for (const { id } of rows) found.add(id);
  }
  return found;
}

function idsIn({ entity, id, fields }: ProposedItem, table: Referred): number[] {
  const own = entity !== "user" && entity !== "life_area" && TABLES[entity] === table
    ? [Number(id)]
    : [];
  return [...own, ...referredIn(fields, table)].filter(Number.isSafeInteger);
}
