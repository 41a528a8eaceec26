import type { MemoryRecord } from "../../life/records.ts";
import { memoriesOfDays } from "../memories_of_days.ts";
import { type Look, MOST_ROWS, type Section } from "./section.ts";
import { type Calendar, dayOf } from "./span.ts";

/** A memory of the span. */
export interface Remembered {
  readonly id: number;
  readonly content: string;
  readonly memory_type: string;
  /** The day that it belongs to. */
  readonly day: string;
}

/** The day of a memory: on which it happened, or else was remembered. */
export function dayOfMemory(
  { occurred_at, created_at }: Pick<MemoryRecord, "occurred_at" | "created_at">,
  calendar: Calendar,
): string {
  return occurred_at === null ? dayOf(created_at, calendar) : occurred_at.slice(0, 10);
}

/** The memories of the span in the order in which they came. */
export async function remembered(look: Look): Promise<Section<Remembered>> {
  const { db, scope, span, calendar, start, end } = look;
  const days = { from: span.from, to: span.to, start, end };
  const { count, rows } = await memoriesOfDays(db, scope, days, { order: "asc", limit: MOST_ROWS });
  return {
    count,
    rows: rows.map(({ id, content, memory_type, ...times }) => ({
      ...{ id, content, memory_type, day: dayOfMemory(times, calendar) },
    })),
  };
}
