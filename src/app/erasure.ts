import type { App } from "../app.ts";
import { forgetSecret } from "../auth/secret.ts";
import type { Config } from "../config.ts";
import type { Erased } from "../life/users.ts";
import { type ArchiveLeft, archivesOf } from "./backups/left.ts";

/** What was removed of a person, and what is left of them, and where. */
export interface Erasure extends Erased {
  readonly remains: {
    /** Records of the audit trail that name the person by id. */
    readonly audit_records: number;
    /** How long those are kept, in milliseconds; null for ever. */
    readonly audit_keep_ms: number | null;
    /** Changes in the lives of others that name the person by id, as the one who made them. */
    readonly changes_of_others: number;
    /** Archives that were made before, and may have the person in them. */
    readonly archives: readonly ArchiveLeft[];
    /** Why bytes of what was removed may still be in the files of the store; null where they are not. */
    readonly store: string | null;
  };
}

/**
 * Erases a person from the store and from what was kept elsewhere of it; servers that run hear of it
 * within seconds.
 *
 * @throws AppError `not_found`
 */
export async function erase(
  { db, life }: App,
  config: Config,
  user_id: string,
): Promise<Erasure> {
  // What instances have cached together can be read with this alone.
  const erased = await life.users.purge(user_id, (tx) => forgetSecret(tx, "cache"));
  const { audit_records } = await db.read.selectFrom("audit")
    .select(({ fn }) => fn.countAll<number>().as("audit_records"))
    .where((eb) => eb.or([eb("user_id", "=", user_id), eb("person", "=", user_id)]))
    .executeTakeFirstOrThrow();
  const { changes_of_others } = await db.read.selectFrom("changes")
    .select(({ fn }) => fn.countAll<number>().as("changes_of_others"))
    .where("guest", "=", user_id).executeTakeFirstOrThrow();
  const { traces, ...rest } = erased;
  return {
    ...rest,
    traces,
    remains: {
      ...{ audit_records, audit_keep_ms: config.auditKeep, changes_of_others, store: traces },
      archives: await archivesOf(db, config, user_id),
    },
  };
}
