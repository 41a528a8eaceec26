import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../db/db.ts";
import { AppError, quote } from "../../errors.ts";
import { echoOf, instantOf, isDay, type Resolved, type When } from "../dates.ts";
import { endOf, resolvePeriod } from "../periods.ts";
import { inPart, type Part } from "../scope.ts";

/** Which memories are meant. */
export interface MemoryBounds {
  memory_type?: string | undefined;
  /** Words for a day, a moment or a period, from whose beginning memories are meant. */
  since?: string | undefined;
  /** The same, up to whose end they are. */
  until?: string | undefined;
}

/** The bounds with their words for times understood. */
export interface ReadBounds extends Resolved {
  readonly memory_type?: string | undefined;
  readonly from?: string;
  /** The first day or moment that is not meant any more. */
  readonly below?: string;
  /** The zone in which days begin. */
  readonly zone: string;
}

/** @throws AppError `invalid_input` when a time cannot be read, or nothing can lie between the two */
export async function readBounds(
  { read }: Database,
  user_id: string,
  { memory_type, since, until }: MemoryBounds,
  now: Date,
): Promise<ReadBounds> {
  const { time_zone: zone, week_start } = await read.selectFrom("users")
    .select(["time_zone", "week_start"]).where("id", "=", user_id).executeTakeFirstOrThrow();
  const resolved: Record<string, string> = {};
  const period = async (field: string, text: string) =>
    await resolvePeriod(text, { field, zone, now, toward: "past" }, week_start);
  const bounds: { from?: string; below?: string } = {};
  if (since !== undefined) {
    const { from } = await period("since", since);
    bounds.from = from;
    resolved["since"] = echoOf(from);
  }
  if (until !== undefined) {
    const found = await period("until", until);
    bounds.below = endOf(found);
    resolved["until"] = echoOf(found.to);
    if (bounds.from !== undefined && isAfter(bounds.from, bounds.below, zone)) {
      throw new AppError(
        "invalid_input",
        `Cannot look for memories as since must not be after until: got ${
          quote(since)
        }, which is ` +
          `${resolved["since"]}, and ${quote(until)}, which is ${resolved["until"]}`,
        "give the earlier one as since",
      );
    }
  }
  return {
    ...bounds,
    ...{ memory_type, zone },
    ...(Object.keys(resolved).length === 0 ? {} : { resolved }),
  };
}

/** A moment is within what ends with it; a day is the first that is not meant any more. */
function isAfter(from: When, below: When, zone: string): boolean {
  const start = instantOf(from, zone);
  const end = instantOf(below, zone);
  return isDay(below) ? start >= end : start > end;
}

/** Whether anything bounds the memories of a part. */
export function isBounded({ memory_type, from, below }: ReadBounds): boolean {
  return memory_type !== undefined || from !== undefined || below !== undefined;
}

/** Whether a memory of this part lies within the bounds, outside the trash. */
export function memoryWithin(part: Part, bounds: ReadBounds): RawBuilder<boolean> {
  const { memory_type, from, below, zone } = bounds;
  const conditions = [inPart("memories", part), sql<boolean>`memories.deleted_at is null`];
  if (memory_type !== undefined) conditions.push(sql`memories.memory_type = ${memory_type}`);
  // What happened at no known time counts from when it was remembered.
  if (from !== undefined) {
    conditions.push(sql`(memories.occurred_at >= ${from}
      or memories.occurred_at = ${from.slice(0, 10)}
      or (memories.occurred_at is null and memories.created_at >= ${instantOf(from, zone)}))`);
  }
  if (below !== undefined) {
    const day = isDay(below) ? below : below.slice(0, 19) + "~";
    conditions.push(sql`(memories.occurred_at < ${day}
      or (memories.occurred_at is null and memories.created_at < ${instantOf(below, zone)}))`);
  }
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`;
}
