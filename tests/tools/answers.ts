/** What tests read from answers, and the store as a whole. */
import type { Schema } from "../../src/db/schema.ts";
import type { TestApp } from "../harness.ts";

interface Item {
  id: number;
  title: string;
}

export function titlesOf(items: readonly Item[]): string[] {
  return items.map(({ title }) => title);
}

export function idsOf(items: readonly Item[]): number[] {
  return items.map(({ id }) => id);
}

const TABLES: readonly (keyof Schema)[] = [
  "users",
  "life_areas",
  "goals",
  "tasks",
  "task_tags",
  "task_dependencies",
  "memories",
  "memory_words",
  "changes",
  "change_items",
  "replays",
  "api_keys",
  "area_shares",
  "plans",
  "proposals",
  "calendar_events",
];

/** What is noted in the background: what the index by meaning has, and when a key was used. */
const LATE = { embedded: undefined, last_used_at: undefined };

/** Every row of every table, in a fixed order; without what is noted in the background. */
export async function dumpOf({ app }: TestApp): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {};
  for (const table of TABLES) {
    const rows = await app.db.read.selectFrom(table).selectAll().execute();
    dump[table] = rows.map((row) => JSON.stringify({ ...row, ...LATE })).sort();
  }
  return dump;
}
