import type { Tx } from "../../db/db.ts";
import { weekdayOf } from "../dates.ts";
import type { MemoryRecord } from "../records.ts";
import { type Scope, seen, type Viewer } from "../scope.ts";

/** The usual types; people may have their own. */
export const MEMORY_TYPES = [
  ...["reflection", "fact", "preference", "decision", "event", "note"],
] as const;

/** A memory as it is shown. */
export interface Memory {
  id: number;
  content: string;
  memory_type: string;
  metadata: Record<string, unknown> | null;
  occurred_at: string | null;
  occurred_weekday: string | null;
  /** What it is about. */
  goal_id: number | null;
  task_id: number | null;
  /** The memory that took its place. */
  superseded_by: number | null;
  /** How it came here, and through which client. */
  source: string;
  client: string;
  created_at: string;
  updated_at: string;
  /** Whose memory it is, where it is another's. */
  owner?: string;
}

export interface MemoryInput {
  content?: string | undefined;
  memory_type?: string | undefined;
  metadata?: Record<string, unknown> | null | undefined;
  occurred_at?: string | null | undefined;
  goal_id?: number | null | undefined;
  task_id?: number | null | undefined;
}

/**
 * Memories as they are shown to somebody, without the links that may not be seen or that lead nowhere.
 *
 * @param viewer whose own are shown without an owner; unless told, whoever sees them
 */
export async function shownTo(
  read: Pick<Tx, "selectFrom">,
  records: readonly MemoryRecord[],
  scope: Scope,
  viewer: Viewer = scope,
): Promise<Memory[]> {
  const goals = await live(read, "goals", records.map(({ goal_id }) => goal_id), scope);
  const tasks = await live(read, "tasks", records.map(({ task_id }) => task_id), scope);
  const successors = await successorsSeen(read, records, scope);
  return records.map((record) => ({
    ...view(record, viewer),
    goal_id: goals(record.goal_id),
    task_id: tasks(record.task_id),
    superseded_by: successors.get(record.id) ?? null,
  }));
}

/** What took the place of a memory. */
type Replaced = Pick<MemoryRecord, "id" | "superseded_by">;

/** The memory that stands in the place of each and is seen; null where there is none. */
export async function successorsSeen(
  read: Pick<Tx, "selectFrom">,
  records: readonly Replaced[],
  scope: Scope,
): Promise<Map<number, number | null>> {
  const successors = await successorsOf(read, records);
  const seen = await live(read, "memories", [...successors.values()], scope);
  return new Map([...successors].map(([id, successor]) => [id, seen(successor)]));
}

/** More memories in a row do not take each other's place. */
const LONGEST_CHAIN = 50;

/** The first memory outside the trash that took the place of each, directly or by way of others. */
async function successorsOf(
  read: Pick<Tx, "selectFrom">,
  records: readonly Replaced[],
): Promise<Map<number, number | null>> {
  const successors = new Map(records.map(({ id, superseded_by }) => [id, superseded_by]));
  for (let step = 0; step < LONGEST_CHAIN; step++) {
    const asked = [...new Set([...successors.values()].filter((id) => id !== null))];
    if (asked.length === 0) break;
    const trashed = await read.selectFrom("memories").select(["id", "superseded_by"])
      .where("id", "in", asked).where("deleted_at", "is not", null).execute();
    if (trashed.length === 0) break;
    const next = new Map(trashed.map(({ id, superseded_by }) => [id, superseded_by]));
    for (const [id, successor] of successors) {
      if (successor !== null && next.has(successor)) {
        successors.set(id, next.get(successor) ?? null);
      }
    }
  }
  return successors;
}

/** Answers an id where it names something that is seen and outside the trash, else null. */
async function live(
  read: Pick<Tx, "selectFrom">,
  table: "goals" | "tasks" | "memories",
  ids: readonly (number | null)[],
  scope: Scope,
): Promise<(id: number | null) => number | null> {
  const asked = [...new Set(ids.filter((id) => id !== null))];
  if (asked.length === 0) return () => null;
  const rows = await read.selectFrom(table).select("id").where("id", "in", asked)
    .where("deleted_at", "is", null).where(seen(table, scope)).execute();
  const known = new Set(rows.map(({ id }) => id));
  return (id) => id !== null && known.has(id) ? id : null;
}

function view(record: MemoryRecord, { user_id }: Viewer): Memory {
  const { id, content, memory_type, metadata, occurred_at, goal_id, task_id } = record;
  const { superseded_by, source, client, created_at, updated_at } = record;
  return {
    ...{ id, content, memory_type, metadata: metadata === null ? null : JSON.parse(metadata) },
    ...{ occurred_at, occurred_weekday: occurred_at && weekdayOf(occurred_at) },
    ...{ goal_id, task_id, superseded_by, source, client, created_at, updated_at },
    ...(record.user_id === user_id ? {} : { owner: record.user_id }),
  };
}
