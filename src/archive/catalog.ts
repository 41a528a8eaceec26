import type { Selectable } from "kysely";
import type { Database } from "../db/db.ts";
import type { Schema } from "../db/schema.ts";

/** An archive with its place in the order in which they were made. */
export type NumberedBackup = Selectable<Schema["backups"]>;

/** What the store knows of an archive. */
export type KnownBackup = Omit<NumberedBackup, "number">;

/** Who writes of archives waits for no person. */
const OWNER = "backups/";

/** The archives that the store knows of: all that was made with it, on whichever machine. */
export class Catalog {
  constructor(private readonly db: Database) {}

  /** Those made last first; not those that are being made. */
  async list(): Promise<NumberedBackup[]> {
    return await this.db.read.selectFrom("backups").selectAll().where("sha256", "is not", null)
      .orderBy("number", "desc").execute();
  }

  async find(id: string): Promise<KnownBackup | undefined> {
    return await this.db.read.selectFrom("backups").selectAll().where("id", "=", id)
      .executeTakeFirst();
  }

  /**
   * Those of this name in the folder of one machine or another, the last first; without a name, those that
   * were written to this path elsewhere.
   */
  async at(file: string, name: string | null): Promise<KnownBackup[]> {
    const known = this.db.read.selectFrom("backups").selectAll()
      .where("sha256", "is not", null).orderBy("number", "desc");
    return await (name === null
      ? known.where("file", "=", file).where("name", "is", null)
      : known.where("name", "=", name)).execute();
  }

  /** Writes what is known now, whatever was before; what is claimed stays so. */
  async note(backup: KnownBackup & { readonly number?: number }): Promise<void> {
    const { id, number: _, claimed_at: __, ...now } = backup;
    await this.db.write(OWNER, async (tx) => {
      await tx.insertInto("backups").values({ id, ...now, claimed_at: null })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(now)).execute();
    });
  }

  async forget(id: string): Promise<void> {
    await this.db.write(OWNER, async (tx) => {
      await tx.deleteFrom("backups").where("id", "=", id).execute();
    });
  }

  /** Gives up what was claimed, so that anyone may do what is missing of it. */
  async unclaim(id: string): Promise<void> {
    await this.db.write(OWNER, async (tx) => {
      await tx.deleteFrom("backups").where("id", "=", id).where("sha256", "is", null).execute();
      await tx.updateTable("backups").set({ claimed_at: null }).where("id", "=", id).execute();
    });
  }

  /**
   * The id under which it is up to whoever asks to make what was due at this time: one of all instances,
   * and another one once it seems that the first does not come to an end. What was written and not proven
   * is to be done under the id that it has.
   *
   * @param id for an archive of which nothing is written
   * @param lost when it was begun at the latest, if it is given up; RFC 3339
   */
  async claim(id: string, due: string, now: string, lost: string): Promise<string | undefined> {
    return await this.db.write(OWNER, async (tx) => {
      const begun = await tx.selectFrom("backups")
        .select(["id", "sha256", "claimed_at", "verified_at"])
        .where("reason", "=", "scheduled").where("made_at", ">=", due)
        // What was made while the clock was wrong is of a time to come.
        .where("made_at", "<=", now).orderBy("number", "desc").execute();
      const isGivenUp = ({ verified_at, claimed_at }: typeof begun[number]) =>
        verified_at === null && (claimed_at === null || claimed_at <= lost);
      if (!begun.every(isGivenUp)) return undefined;
      const written = begun.find(({ sha256 }) => sha256 !== null);
      if (written !== undefined) {
        await tx.updateTable("backups").set({ claimed_at: now }).where("id", "=", written.id)
          .execute();
        return written.id;
      }
      for (const { id } of begun) await tx.deleteFrom("backups").where("id", "=", id).execute();
      const nothing = { schema_step: null, file: null, name: null, size: null, sha256: null };
      await tx.insertInto("backups").values({
        ...{ id, user_id: null, reason: "scheduled", made_at: due, encrypted: 0, ...nothing },
        row_count: null,
        ...{ newest_change: null, newest_restore: null, verified_at: null, failure: null },
        claimed_at: now,
      }).execute();
      return id;
    });
  }
}
