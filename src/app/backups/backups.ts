import { type BackupParts, Backups } from "../../archive/backups.ts";
import type { Config } from "../../config.ts";
import { backupFolder } from "../../config/backup.ts";

/** The backups of a configuration. */
export function backupsOf(
  config: Pick<Config, "dataDir">,
  parts: Omit<BackupParts, "folder">,
): Backups {
  return new Backups({ ...parts, folder: backupFolder(config) });
}
