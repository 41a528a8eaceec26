import type { Database } from "../db/db.ts";
import { AppError } from "../errors.ts";
import type { Backup } from "./entry.ts";
import { newestOf } from "./newest.ts";
import { newId } from "./new_id.ts";

/** What a person is told of a backup of their life. */
export interface OwnBackup {
  readonly backup_id: string;
  readonly status: "verified" | "in_progress";
  readonly made_at: string;
}

interface Parts {
  readonly db: Database;
  /** Where archives lie. */
  readonly folder: string;
  now(): Date;
  /** Makes and proves. */
  run(order: { person: string; id: string; reason: "assistant" }): Promise<Backup>;
}

/** A backup that was asked for. */
interface Run {
  readonly begun: OwnBackup;
  /** Whether the state that it is of may be older than what is asked for now. */
  started: boolean;
  /** Whether somebody was told that it will be there. */
  promised: boolean;
  readonly done: Promise<OwnBackup>;
}

const MOST_A_DAY = 24;
const DAY_MS = 24 * 60 * 60_000;

/** A client that is not answered for longer may give up. */
const PATIENCE_MS = 20_000;

/**
 * Backs up the life of whoever asks; of a life that has not changed since, the backup that there is.
 *
 * However many ask, there is one run at a time for each person, and one that waits for it.
 */
export class OwnBackups {
  readonly #parts: Parts;
  /** The last run that was asked for, of each person. */
  readonly #runs = new Map<string, Run>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws AppError `unavailable` when it cannot be made or proven; `conflict` when there are too many */
  async backUp(user_id: string): Promise<OwnBackup> {
    const last = this.#runs.get(user_id);
    const run = last === undefined || last.started ? this.#follow(user_id, last) : last;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<OwnBackup>((resolve) => {
      timer = setTimeout(() => {
        run.promised = true;
        resolve(run.begun);
      }, PATIENCE_MS);
    });
    try {
      return await Promise.race([run.done, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #follow(user_id: string, last: Run | undefined): Run {
    const made_at = this.#parts.now().toISOString();
    const begun = { backup_id: newId(made_at, user_id), status: "in_progress", made_at } as const;
    // Those who asked for the last one are told how that ended.
    const turn = Promise.resolve(last?.done).catch(() => {});
    const run: Run = {
      ...{ begun, started: false, promised: false },
      done: turn.then(() => this.#carryOut(user_id, run)).finally(() => {
        if (this.#runs.get(user_id) === run) this.#runs.delete(user_id);
      }),
    };
    this.#runs.set(user_id, run);
    // Whoever asked may have been answered before it fails.
    run.done.catch(() => {});
    return run;
  }

  async #carryOut(user_id: string, run: Run): Promise<OwnBackup> {
    run.started = true;
    const id = run.begun.backup_id;
    const known = await this.#unchanged(user_id);
    if (known !== undefined && !run.promised) return known;
    await this.#refuseTooMany(user_id);
    const { made_at } = await this.#parts.run({ person: user_id, id, reason: "assistant" });
    return { backup_id: id, status: "verified", made_at };
  }

  /** Nothing that an assistant asks for removes an archive: so it may not fill the disk with them. */
  async #refuseTooMany(user_id: string): Promise<void> {
    const since = new Date(this.#parts.now().getTime() - DAY_MS).toISOString();
    const { made } = await this.#parts.db.read.selectFrom("backups")
      .select(({ fn }) => fn.countAll<number>().as("made"))
      .where("user_id", "=", user_id).where("reason", "=", "assistant")
      .where("made_at", ">", since).executeTakeFirstOrThrow();
    if (Number(made) < MOST_A_DAY) return;
    throw new AppError(
      "conflict",
      `Cannot back up as ${MOST_A_DAY} backups were made for assistants within a day`,
      "rely on the last one and the journal, or let the operator run selfos backup create",
    );
  }

  async #unchanged(user_id: string): Promise<OwnBackup | undefined> {
    const { read } = this.#parts.db;
    const last = await read.selectFrom("backups")
      .select(["id", "made_at", "name", "size", "newest_change", "newest_restore"])
      .where("user_id", "=", user_id).where("reason", "=", "assistant")
      .where("verified_at", "is not", null).orderBy("number", "desc").limit(1).executeTakeFirst();
    if (last === undefined || last.name === null) return undefined;
    if (sizeOf(`${this.#parts.folder}/${last.name}`) !== last.size) return undefined;
    const { change, restore } = await newestOf(read, [user_id]);
    if (last.newest_change !== change || last.newest_restore !== restore) return undefined;
    return { backup_id: last.id, status: "verified", made_at: last.made_at };
  }
}

/** In bytes; `undefined` where there is no such file. */
function sizeOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
