import { type RawBuilder, sql } from "kysely";
import type { Database } from "../db/db.ts";

/** When a backup with the life of a person in it was last proven, in RFC 3339; null where none was. */
export function lastBackupOf(person: RawBuilder<unknown>): RawBuilder<string | null> {
  return sql<string | null>`(
    select max(backups.verified_at) from backups
    where backups.verified_at is not null
      and (backups.user_id is null or backups.user_id = ${person}))`;
}

/** When a backup of the whole store was last proven, in RFC 3339; null where none was. */
export async function lastBackup({ read }: Pick<Database, "read">): Promise<string | null> {
  const row = await read.selectFrom("backups").select("verified_at")
    .where("verified_at", "is not", null).where("user_id", "is", null)
    .orderBy("verified_at", "desc").limit(1).executeTakeFirst();
  return row?.verified_at ?? null;
}
