import { sql } from "kysely";
import type { Tx } from "../db/db.ts";

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
