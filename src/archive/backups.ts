import type { Database } from "../db/db.ts";
import { LATEST } from "../db/steps.ts";
import { noPerson } from "../life/people.ts";
import { writeWhole } from "./file.ts";
import { Folder } from "./folder.ts";
import { BadArchive, type Header, idOf, rowsIn, type Sums } from "./format.ts";
import { type Keep, keptOf } from "./keep.ts";
import { newId } from "./new_id.ts";
import { Known, type KnownBackup } from "./known.ts";
import { openArchive, type OpenedFile } from "./opened.ts";
import { type Backup, entryOf, unknown } from "./listed.ts";
import { type Restored, restoreFrom } from "./restore.ts";
import { type Opening, refuseBadRecipient, type Seal, sealed } from "./seal.ts";
import { prove, type Proven } from "./verify.ts";
import { type Progress, textOf } from "./write.ts";

export interface BackupParts {
  readonly db: Database;
  /** Where archives lie unless told. */
  readonly folder: string;
  /** Whether the store is of this machine alone, and so are all of its archives. */
  readonly alone: boolean;
  /** The version of this selfos. */
  readonly selfos: string;
  now(): Date;
  readonly progress?: Progress;
  /** Waited for again and again, so that others come to their turn. */
  readonly rest?: () => Promise<void>;
}

export interface CreateOptions {
  /** Whose life; absent, the lives of all. */
  readonly person?: string | undefined;
  readonly out?: string | undefined;
  readonly seal?: Seal | undefined;
  readonly reason?: "asked" | "scheduled" | "before restore";
  readonly id?: string;
  /** When it counts as made. */
  readonly made_at?: string;
}

/** What became of archives that were looked at for those to remove. */
export interface Pruned {
  readonly removed: Backup[];
  readonly kept: Backup[];
  /** Not touched, as they were not proven. */
  readonly unproven: Backup[];
}

/** Backups: made, proven by restoring them, restored, and removed when newer ones are proven. */
export class Backups {
  readonly folder: Folder;
  readonly known: Known;
  readonly #parts: BackupParts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
    this.folder = new Folder(parts.folder);
    this.known = new Known(parts.db);
  }

  /**
   * Writes an archive of one state of the store.
   *
   * @throws AppError `not_found` without the person; `conflict` where the file is taken; `unavailable`
   *   where it cannot be written, or the store cannot be read; no other archive is touched
   */
  async create(options: CreateOptions = {}): Promise<Backup> {
    const backup = await this.#write(options);
    await this.known.note(backup);
    return entryOf(backup, true);
  }

  /** The archives that the store knows, and those in the folder; the newest first. */
  async list(): Promise<Backup[]> {
    const files = this.folder.files();
    const known = await this.known.list();
    const listed = known.map((one) => entryOf(one, files.get(one.id) === one.file));
    const others = await Promise.all(
      [...files].filter(([id]) => !known.some((one) => one.id === id))
        .map(([id, file]) => unknown(id, file)),
    );
    return [...listed, ...others].sort((a, b) => a.made_at < b.made_at ? 1 : -1);
  }

  /**
   * Restores an archive into a scratch store, and notes that it can be restored, or that it cannot.
   *
   * @throws AppError `not_found`, `invalid_input` when it is sealed for another; BadArchive
   */
  async verify(text: string, opening?: Opening): Promise<Backup & { tables: Sums }> {
    const path = this.folder.find(text);
    const { proven, opened } = await this.#prove(path, opening);
    await using _ = proven.scratch;
    const backup = await this.#note(path, proven, opened);
    return { ...backup, tables: proven.sums };
  }

  /**
   * Puts what an archive has in the place of what the store has of the same people, whole or not at all.
   * What it replaces is saved before.
   *
   * @throws AppError `not_found` without the archive, or the person in it; BadArchive
   */
  async restore(text: string, person?: string, opening?: Opening): Promise<Restored> {
    const { db, now } = this.#parts;
    const { proven, opened } = await this.#prove(this.folder.find(text), opening);
    await using scratch = proven.scratch;
    await this.#note(this.folder.find(text), proven, opened);
    return await restoreFrom({
      ...{ db, scratch, person, now, progress: this.#progress },
      save: (people) => this.#saveBefore(people),
    });
  }

  /** Removes proven archives that are not to be kept: nothing else, and never the newest. */
  async prune(keep: Keep): Promise<Pruned> {
    const plan = await this.toPrune(keep);
    for (const { id, file } of plan.removed) {
      Deno.removeSync(file);
      await this.known.forget(id);
    }
    // Of a store that is on this machine alone, so are its archives.
    const gone = (await this.list()).filter(({ here, id, encrypted, file }) =>
      this.#parts.alone && !here && file === this.folder.placeOf(id, encrypted)
    );
    for (const { id } of gone) await this.known.forget(id);
    return plan;
  }

  /** What {@linkcode Backups.prune} would do: it looks at the archives in the folder alone. */
  async toPrune(keep: Keep): Promise<Pruned> {
    const files = new Set(this.folder.files().values());
    const here = (await this.list()).filter(({ file }) => files.has(file));
    const proven = here.filter(({ verified_at, size, file }) =>
      verified_at !== null && Deno.statSync(file).size === size
    );
    const kept = new Set([...Map.groupBy(proven, ({ person }) => person).values()]
      .flatMap((group) => [...keptOf(group, keep)]));
    return {
      removed: proven.filter(({ id }) => !kept.has(id)),
      kept: proven.filter(({ id }) => kept.has(id)),
      unproven: here.filter((one) => !proven.includes(one)),
    };
  }

  get #rest(): () => Promise<void> {
    return this.#parts.rest ?? (() => Promise.resolve());
  }

  get #progress(): Progress {
    return this.#parts.progress ?? (() => {});
  }

  /** Writes an archive of which the store is told by the caller. */
  async #write(options: CreateOptions): Promise<KnownBackup> {
    const { person, seal, reason = "asked" } = options;
    const { db, now, selfos } = this.#parts;
    const made_at = now().toISOString();
    const id = options.id ??
      (options.out === undefined ? newId(made_at, person ?? "store") : idOf(options.out));
    const path = options.out ?? this.folder.placeOf(id, seal !== undefined);
    if (seal !== undefined) await refuseBadRecipient(seal);
    this.folder.prepare();
    const header = {
      id: safeId(id),
      made_at,
      selfos,
      schema: LATEST ?? "",
      person: person ?? null,
    };
    const { file, sums } = await db.snapshot(async (read) => {
      await refuseNobody({ read }, person);
      const { lines, sums } = textOf({
        ...{ read, header, progress: this.#progress, rest: this.#rest },
      });
      const packed = ReadableStream.from(lines).pipeThrough(new CompressionStream("gzip"));
      const file = await writeWhole(path, seal === undefined ? packed : await sealed(packed, seal));
      return { file, sums };
    });
    return {
      ...{ id, user_id: person ?? null, reason, made_at: options.made_at ?? made_at },
      ...{ schema_step: header.schema, file: path, encrypted: seal === undefined ? 0 : 1 },
      ...{ size: file.size, sha256: file.sha256, row_count: rowsIn(sums) },
      ...{ verified_at: null, failure: null, claimed_at: null },
    };
  }

  /** Of what is about to be replaced, an archive is worth nothing before it is proven. */
  async #saveBefore([only, ...others]: readonly string[]): Promise<KnownBackup> {
    const person = others.length === 0 ? only : undefined;
    const at = this.#parts.now().toISOString();
    const id = newId(at, `${person ?? "store"}-before-restore`);
    const backup = await this.#write({ person, reason: "before restore", id });
    const { bytes, swelling } = await openArchive(backup.file ?? "");
    const folder = this.folder.path;
    const { scratch } = await prove({
      ...{ bytes, swelling, folder, progress: () => {}, rest: this.#rest },
    });
    await scratch[Symbol.asyncDispose]();
    return { ...backup, verified_at: at };
  }

  async #prove(
    path: string,
    opening?: Opening,
  ): Promise<{ proven: Proven; opened: OpenedFile }> {
    this.folder.prepare();
    try {
      const opened = await openArchive(path, opening);
      const { bytes, swelling } = opened;
      const folder = this.folder.path;
      const proven = await prove({
        ...{ bytes, swelling, folder, progress: this.#progress, rest: this.#rest },
      });
      return { proven, opened };
    } catch (error) {
      if (error instanceof BadArchive) await this.#noteFailure(path, error);
      throw error;
    }
  }

  /** A proof counts for the store where the archive is one of its own. */
  async #note(path: string, { header, sums }: Proven, opened: OpenedFile): Promise<Backup> {
    const sum = opened.sum();
    const known = await this.known.find(idOf(path)) ?? await this.known.find(header.id);
    const backup: KnownBackup = {
      ...(known ?? {
        ...{ id: idOf(path), user_id: header.person, reason: "asked", made_at: header.made_at },
        ...{ claimed_at: null, file: path },
      }),
      ...{ schema_step: header.schema, encrypted: opened.encrypted ? 1 : 0, ...sum },
      row_count: rowsIn(sums),
      ...{ verified_at: this.#parts.now().toISOString(), failure: null },
    };
    const isKnown = known?.sha256 === sum.sha256;
    if (known?.file === path && !isKnown) {
      const error = new BadArchive("it is not the file any more that was written");
      await this.#noteFailure(path, error);
      throw error;
    }
    const isOurs = [...this.folder.files().values()].includes(path) && known === undefined;
    if (isKnown || isOurs) await this.known.note(backup);
    return entryOf(backup, true);
  }

  async #noteFailure(path: string, { why }: BadArchive): Promise<void> {
    const known = await this.known.find(idOf(path));
    if (known?.file !== path) return;
    await this.known.note({ ...known, verified_at: null, failure: why });
  }
}

/** The name of a file may be anything; in the archive it is no more than a name. */
function safeId(id: string): Header["id"] {
  return id.replaceAll(/[^a-zA-Z0-9._-]/g, "_").replace(/^[^a-zA-Z0-9]+/, "").slice(0, 120) ||
    "backup";
}

async function refuseNobody({ read }: Pick<Database, "read">, person?: string): Promise<void> {
  if (person === undefined) return;
  const found = await read.selectFrom("users").select("id").where("id", "=", person)
    .executeTakeFirst();
  if (found === undefined) throw noPerson(person);
}
