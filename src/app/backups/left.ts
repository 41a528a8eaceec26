import type { Backup } from "../../archive/entry.ts";
import type { Config } from "../../config.ts";
import type { Database } from "../../db/db.ts";
import { VERSION } from "../../version.ts";
import { backupsOf } from "./backups.ts";

/** An archive that may have somebody in it. */
export type ArchiveLeft = Pick<Backup, "id" | "file" | "made_at" | "here">;

/** The archives that may have the person in them, newest first: those of all lives, and of that one. */
export async function archivesOf(
  db: Database,
  config: Pick<Config, "dataDir" | "databaseUrl">,
  user_id: string,
): Promise<ArchiveLeft[]> {
  const backups = backupsOf(config, { db, selfos: VERSION, now: () => new Date() });
  return (await backups.list())
    .filter(({ person }) => person === null || person === user_id)
    .map(({ id, file, made_at, here }) => ({ id, file, made_at, here }));
}
