import { sql } from "kysely";
import type { Database, Tx } from "../db/db.ts";
import { peopleOf, type Viewer } from "./scope.ts";
import { scopeOf } from "./shares.ts";

/** Where an item was imported from: the format, or `selfos`; nothing where it was made here. */
export async function sourceOf(
  read: Pick<Tx, "selectFrom">,
  entity: "goal" | "task",
  id: number,
): Promise<{ source?: string }> {
  const origin = await read.selectFrom("origins").select("source")
    .where("entity", "=", entity).where("entity_id", "=", id)
    .orderBy(sql`case source when 'selfos' then 1 else 0 end`).orderBy("source").limit(1)
    .executeTakeFirst();
  return origin === undefined ? {} : { source: origin.source };
}

/**
 * Whether anything was imported, or followed from a calendar, into a life of which the viewer sees
 * something; whatever became of it: the journal still tells it.
 */
export async function holdsTextFromOutside(db: Database, viewer: Viewer): Promise<boolean> {
  const people = peopleOf(await scopeOf(db, viewer));
  for (const table of ["origins", "calendar_events"] as const) {
    const found = await db.read.selectFrom(table).select("user_id")
      .where("user_id", "in", people).limit(1).executeTakeFirst();
    if (found !== undefined) return true;
  }
  return false;
}
