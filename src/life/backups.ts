import type { Database } from "../db/db.ts";

/** When the newest proven backup with the life of a person in it was made, in RFC 3339; null without one. */
export async function lastBackupOf(
  { read }: Pick<Database, "read">,
  user_id: string,
): Promise<string | null> {
  const row = await provenIn(read)
    .where((eb) => eb.or([eb("user_id", "is", null), eb("user_id", "=", user_id)]))
    .executeTakeFirst();
  return row?.made_at ?? null;
}

/** When the newest proven backup of the whole store was made, in RFC 3339; null where there is none. */
export async function lastBackup({ read }: Pick<Database, "read">): Promise<string | null> {
  const row = await provenIn(read).where("user_id", "is", null).executeTakeFirst();
  return row?.made_at ?? null;
}

/** To prove an old one again makes it no newer, and what a restore replaced is not what there is. */
function provenIn(read: Database["read"]) {
  return read.selectFrom("backups").select("made_at").where("verified_at", "is not", null)
    .where("reason", "in", ["asked", "scheduled", "assistant"])
    .orderBy("number", "desc").limit(1);
}
