import type { Selectable } from "kysely";
import type { Database } from "../db/db.ts";
import type { Schema } from "../db/schema.ts";

/** What the store knows of an archive. */
export type KnownBackup = Selectable<Schema["backups"]>;

/** Who writes of archives waits for no person. */
const OWNER = "backups/";

/** The archives that the store knows of: all that was made with it, on whichever machine. */
export class Known {
  constructor(private readonly db: Database) {}

  /** The newest first; not those that are being made. */
  async list(): Promise<KnownBackup[]> {
    return await this.db.read.selectFrom("backups").selectAll().where("sha256", "is not", null)
      .orderBy("made_at", "desc").orderBy("id", "desc").execute();
  }

  async find(id: string): Promise<KnownBackup | undefined> {
    return await this.db.read.selectFrom("backups").selectAll().where("id", "=", id)
      .executeTakeFirst();
  }

  /** Writes what is known now, whatever was before. */
  async note(backup: KnownBackup): Promise<void> {
    const { id: _, ...fields } = backup;
    await this.db.write(OWNER, async (tx) => {
      await tx.insertInto("backups").values(backup)
        .onConflict((conflict) => conflict.column("id").doUpdateSet(fields)).execute();
    });
  }

  async forget(id: string): Promise<void> {
    await this.db.write(OWNER, async (tx) => {
      await tx.deleteFrom("backups").where("id", "=", id).execute();
    });
  }

  /** Gives up what was claimed, unless it was made in spite of a failure. */
  async unclaim(id: string): Promise<void> {
    await this.db.write(OWNER, async (tx) => {
      await tx.deleteFrom("backups").where("id", "=", id).where("sha256", "is", null).execute();
    });
  }

  /**
   * Whether it is up to whoever asks to make what was due at this time: one of all instances, and another
   * one once it seems that the first does not come to an end.
   *
   * @param id of the archive to make
   * @param lost when it was begun at the latest, if it is given up; RFC 3339
   */
  async claim(id: string, due: string, now: string, lost: string): Promise<boolean> {
    return await this.db.write(OWNER, async (tx) => {
      const begun = await tx.selectFrom("backups").select(["id", "sha256", "claimed_at"])
        .where("reason", "=", "scheduled").where("made_at", ">=", due)
        // What was made while the clock was wrong is of a time to come.
        .where("made_at", "<=", now).execute();
      const isGivenUp = ({ sha256, claimed_at }: typeof begun[number]) =>
        sha256 === null && claimed_at !== null && claimed_at <= lost;
      if (!begun.every(isGivenUp)) return false;
      for (const { id } of begun) await tx.deleteFrom("backups").where("id", "=", id).execute();
      const nothing = { schema_step: null, file: null, size: null, row_count: null, sha256: null };
      await tx.insertInto("backups").values({
        ...{ id, user_id: null, reason: "scheduled", made_at: due, encrypted: 0, ...nothing },
        ...{ verified_at: null, failure: null, claimed_at: now },
      }).execute();
      return true;
    });
  }
}
