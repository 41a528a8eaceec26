import { Backups } from "../../archive/backups.ts";
import type { Progress } from "../../archive/write.ts";
import type { Config } from "../../config.ts";
import { backupFolder } from "../../config/backup.ts";
import type { Database } from "../../db/db.ts";

interface Parts {
  readonly db: Database;
  /** The version of this selfos. */
  readonly selfos: string;
  now(): Date;
  readonly progress?: Progress;
  readonly rest?: () => Promise<void>;
}

/** The backups of a configuration. */
export function backupsOf(config: Pick<Config, "dataDir">, parts: Parts): Backups {
  return new Backups({ ...parts, folder: backupFolder(config) });
}
