import { sql } from "kysely";
import type { Database, Tx } from "../db/db.ts";
import { ownersOf, type Viewer } from "./scope.ts";
import { scopeOf } from "./shares.ts";

/** So many ids fit in one statement, on every store. */
const PART = 500;

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

/** Whether any of these items was imported: their text may be anybody's. */
export async function anyImported(
  read: Pick<Tx, "selectFrom">,
  items: Readonly<Partial<Record<"goal" | "task" | "memory", readonly number[]>>>,
): Promise<boolean> {
  for (const [entity, ids] of Object.entries(items)) {
    for (let start = 0; start < ids.length; start += PART) {
      const found = await read.selectFrom("origins").select("entity_id")
        .where("entity", "=", entity).where("entity_id", "in", ids.slice(start, start + PART))
        .limit(1).executeTakeFirst();
      if (found !== undefined) return true;
    }
  }
  return false;
}

/** Whether anything was imported into a life of which the viewer sees something. */
export async function hasImports(db: Database, viewer: Viewer): Promise<boolean> {
  const people = ownersOf(await scopeOf(db, viewer)).map(({ owner }) => owner);
  const found = await db.read.selectFrom("origins").select("entity_id")
    .where("user_id", "in", people).limit(1).executeTakeFirst();
  return found !== undefined;
}
