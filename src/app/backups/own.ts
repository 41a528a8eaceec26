import { OwnBackups } from "../../archive/on_demand.ts";
import type { Config } from "../../config.ts";
import { backupFolder } from "../../config/backup.ts";
import type { Database } from "../../db/db.ts";
import type { Log } from "../../log.ts";
import { BackupsAside } from "./aside.ts";

interface Parts {
  readonly db: Database;
  readonly log: Log;
  now(): Date;
  /** Whether it serves until it is told to end; a command ends once all is done. */
  readonly isServer: boolean;
  /** Say what would be done, and leave nothing behind. */
  readonly rehearsal: boolean | undefined;
}

/** What backs up the lives of those who ask, and whatever else is to be backed up beside calls. */
export interface OpenBackups extends AsyncDisposable, Pick<OwnBackups, "backUp"> {
  readonly aside: BackupsAside;
}

export function openBackups(
  config: Config,
  { db, log, now, isServer, rehearsal }: Parts,
): OpenBackups {
  const aside = new BackupsAside(config, { log, isServer });
  const own = new OwnBackups({
    ...{ db, folder: backupFolder(config), now },
    run: (order) => aside.run({ ...order, at: now() }),
  });
  return {
    aside,
    backUp(user_id) {
      if (!rehearsal) return own.backUp(user_id);
      const made_at = now().toISOString();
      return Promise.resolve({ backup_id: "none", status: "in_progress", made_at });
    },
    [Symbol.asyncDispose]: () => aside[Symbol.asyncDispose](),
  };
}
