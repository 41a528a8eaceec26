import type { Database } from "../db/db.ts";
import type { Backup } from "./listed.ts";
import { newId } from "./new_id.ts";

/** What a person is told of a backup of their life. */
export interface OwnBackup {
  readonly backup_id: string;
  readonly status: "verified" | "in_progress";
  readonly made_at: string;
}

interface Parts {
  readonly db: Database;
  now(): Date;
  /** Makes, proves and prunes. */
  run(order: { person: string; id: string }): Promise<Backup>;
}

/** A client that is not answered for longer may give up. */
const PATIENCE_MS = 20_000;

/** Backs up the life of whoever asks; of a life that has not changed since, the backup that there is. */
export class OwnBackups {
  readonly #parts: Parts;
  readonly #underway = new Map<string, { begun: OwnBackup; done: Promise<OwnBackup> }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws AppError `unavailable` when it cannot be made or proven */
  async backUp(user_id: string): Promise<OwnBackup> {
    const underway = this.#underway.get(user_id) ?? await this.#begin(user_id);
    if (!("begun" in underway)) return underway;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<OwnBackup>((resolve) => {
      timer = setTimeout(() => resolve(underway.begun), PATIENCE_MS);
    });
    try {
      return await Promise.race([underway.done, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #begin(user_id: string) {
    const made_at = this.#parts.now().toISOString();
    const known = await this.#unchanged(user_id);
    if (known !== undefined) return known;
    const id = newId(made_at, user_id);
    const begun: OwnBackup = { backup_id: id, status: "in_progress", made_at };
    const done = this.#parts.run({ person: user_id, id })
      .then(({ made_at }): OwnBackup => ({ backup_id: id, status: "verified", made_at }))
      .finally(() => this.#underway.delete(user_id));
    // Whoever asked may have been answered before it fails.
    done.catch(() => {});
    const underway = { begun, done };
    this.#underway.set(user_id, underway);
    return underway;
  }

  async #unchanged(user_id: string): Promise<OwnBackup | undefined> {
    const { read } = this.#parts.db;
    const newest = await read.selectFrom("backups").select(["id", "made_at"])
      .where("user_id", "=", user_id).where("reason", "=", "asked")
      .where("verified_at", "is not", null).orderBy("made_at", "desc").limit(1).executeTakeFirst();
    if (newest === undefined) return undefined;
    const later = await read.selectFrom("changes").select("id").where("user_id", "=", user_id)
      .where("at", ">=", newest.made_at).limit(1).executeTakeFirst();
    const restored = await read.selectFrom("restores").select("id").where("user_id", "=", user_id)
      .where("at", ">=", newest.made_at).limit(1).executeTakeFirst();
    if (later !== undefined || restored !== undefined) return undefined;
    return { backup_id: newest.id, status: "verified", made_at: newest.made_at };
  }
}
