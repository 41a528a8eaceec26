import type { Database, Tx } from "../../db/db.ts";
import type { Scratch } from "../../db/scratch.ts";
import { AppError, messageOf, quote } from "../../errors.ts";
import { BadArchive } from "../format/format.ts";
import type { KnownBackup } from "../catalog.ts";
import { type Backup, entryOf } from "../entry.ts";
import { type Newest, newestOf } from "../newest.ts";
import { replaceLives } from "./replace.ts";
import type { Progress } from "../format/write.ts";

/** What was restored. */
export interface Restored {
  readonly people: readonly string[];
  /** The archive of what was replaced; null where there was nothing. */
  readonly saved: Backup | null;
  /** Tables whose rows have other ids than in the archive, as the store has given those to others. */
  readonly renumbered: readonly string[];
  /** Shares of life areas that were left out, as nobody has them now. */
  readonly shares_left_out: number;
}

interface Restoring {
  readonly db: Database;
  /** What is restored, with the newest schema. */
  readonly scratch: Scratch;
  /** The name of the store that it comes from. */
  readonly store: string;
  /** The only one of them who is meant. */
  readonly person: string | undefined;
  /** Writes an archive of these people as they are now, and proves it. */
  save(people: readonly string[]): Promise<KnownBackup>;
  now(): Date;
  readonly progress: Progress;
}

/** No two restores at once: each keeps ids for itself. */
const RESTORES = "restores/";

/** Puts the lives of a scratch store in the place of those that the store has of the same people. */
export async function restoreFrom(restoring: Restoring): Promise<Restored> {
  const { db, scratch, store, person, now, progress, save } = restoring;
  const people = await peopleIn(scratch, person);
  let saved: Saved | undefined;
  let isWritten = false;
  try {
    // Others go on writing meanwhile; only what they write then is waited for.
    saved = await savedNow(db.read, people, save);
    return await db.writeAtLength([RESTORES, ...people], async (tx) => {
      const { change, restore } = await newestOf(tx, people);
      const isStill = saved?.newest.change === change && saved.newest.restore === restore;
      if (!isStill) saved = await savedNow(tx, people, save);
      const backup = saved?.backup ?? null;
      if (backup !== null) await tx.insertInto("backups").values(backup).execute();
      const replaced = await replaceLives({ db, tx, scratch, store, people, progress });
      const at = now().toISOString();
      for (const user_id of people) {
        await tx.insertInto("restores").values({ user_id, at }).execute();
      }
      isWritten = true;
      return { people, saved: backup && entryOf(backup, true), ...replaced };
    });
  } catch (error) {
    throw reassuring(error, saved?.backup ?? null, isWritten);
  }
}

/** What is about to be replaced, once it is safe. */
interface Saved {
  /** Of the lives, before they were saved. */
  readonly newest: Newest;
  /** Null where there is nothing to lose. */
  readonly backup: KnownBackup | null;
}

async function savedNow(
  read: Pick<Tx, "selectFrom">,
  people: readonly string[],
  save: Restoring["save"],
): Promise<Saved> {
  const newest = await newestOf(read, people);
  const lived = await livedBy(read, people);
  return { newest, backup: lived.length === 0 ? null : await save(lived) };
}

/**
 * Whoever restores has trouble enough: they are told what is safe.
 *
 * @param isWritten all but the end of the transaction, of which a store that is lost just then tells nothing
 */
function reassuring(error: unknown, saved: KnownBackup | null, isWritten: boolean): unknown {
  if (error instanceof BadArchive) return error;
  const copy = saved === null ? "" : `, and a copy of what was there is in ${saved.file}`;
  const is = isWritten ? "is either as it was before or wholly restored" : "is as it was before";
  const safe = `the store ${is}${copy}`;
  if (!(error instanceof AppError)) {
    const message = `Cannot restore as something went wrong in selfos: ${messageOf(error)}`;
    return new AppError("unavailable", message, `report it; ${safe}`, { cause: error });
  }
  const { code, message, advice = "try again" } = error;
  return new AppError(code, message, `${advice}; ${safe}`, { cause: error });
}

async function peopleIn({ db }: Scratch, person: string | undefined): Promise<string[]> {
  const rows = await db.selectFrom("users").select("id").orderBy("id").execute();
  const people = rows.map(({ id }) => id);
  if (person === undefined) return people;
  if (people.includes(person)) return [person];
  throw new AppError(
    "not_found",
    `Cannot restore ${quote(person)} as the archive has nobody of this name`,
    `it has ${people.slice(0, 20).join(", ") || "nobody"}; nothing was changed`,
  );
}

/** Those who have anything to lose: a person whom a new store makes for itself has not. */
async function livedBy(
  read: Pick<Tx, "selectFrom">,
  people: readonly string[],
): Promise<string[]> {
  const rows = await read.selectFrom("changes").select("user_id").distinct()
    .where("user_id", "in", people)
    .where((eb) => eb.or([eb("tool", "<>", "users create"), eb("principal", "<>", "local")]))
    .orderBy("user_id").execute();
  return rows.map(({ user_id }) => user_id);
}
