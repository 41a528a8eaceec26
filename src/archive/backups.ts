import type { BackupKeep } from "../config/backup.ts";
import type { Database } from "../db/db.ts";
import { LATEST } from "../db/steps.ts";
import { storeName } from "../life/births.ts";
import { noPerson } from "../life/people.ts";
import { writeWhole } from "./format/file.ts";
import { beginning, finishing } from "./finish.ts";
import { Folder, isPath } from "./folder.ts";
import { BadArchive, type Header, idOf, onlyPersonIn, rowsIn, type Sums } from "./format/format.ts";
import { newId } from "./new_id.ts";
import { Catalog, type KnownBackup } from "./catalog.ts";
import { openArchive, type OpenedFile } from "./format/open.ts";
import { type Backup, entryOf, located, unknown } from "./entry.ts";
import { ALTERED, prune, type Pruned, type Replaceable, toPrune } from "./prune.ts";
import { newestOf } from "./newest.ts";
import { type Restored, restoreFrom } from "./restore/restore.ts";
import { type Opening, refuseBadRecipient, type Seal, sealed } from "./format/encryption.ts";
import { prove, type Proven } from "./proof/prove.ts";
import { type Progress, textOf } from "./format/write.ts";

export interface BackupParts {
  readonly db: Database;
  /** Where archives lie unless told. */
  readonly folder: string;
  /** The version of this selfos. */
  readonly selfos: string;
  now(): Date;
  readonly progress?: (step: Step) => Progress;
  /** Waited for again and again, so that others come to their turn. */
  readonly rest?: () => Promise<void>;
}

/** What long work is at, one after the other. */
export type Step = "write" | "prove" | "restore";

export interface CreateOptions {
  /** Whose life; absent, the lives of all. */
  readonly person?: string | undefined;
  readonly out?: string | undefined;
  readonly seal?: Seal | undefined;
  readonly reason?: Replaceable | "before restore";
  readonly id?: string;
  /** When it counts as made. */
  readonly made_at?: string;
}

/** Backups: made, proven by restoring them, restored, and removed when newer ones are proven. */
export class Backups {
  readonly folder: Folder;
  readonly catalog: Catalog;
  readonly #parts: BackupParts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
    this.folder = new Folder(parts.folder);
    this.catalog = new Catalog(parts.db);
  }

  /**
   * Writes an archive of one state of the store.
   *
   * @throws AppError `not_found` without the person; `conflict` where the file is taken; `unavailable`
   *   where it cannot be written, or the store cannot be read; no other archive is touched
   */
  async create(options: CreateOptions = {}): Promise<Backup> {
    const backup = await beginning(() => this.#write(options));
    const entry = entryOf(backup, true);
    await finishing(this.catalog, { ...options, ...entry }, () => this.catalog.note(backup));
    return entry;
  }

  /**
   * An archive that is proven, but for one that is sealed for another: nobody here can open that. What is
   * there of one that was begun under this id is proven, if it can be.
   *
   * @throws AppError as {@linkcode Backups.create} and {@linkcode Backups.verify} do
   */
  async make(options: CreateOptions): Promise<Backup & { tables?: Sums }> {
    const begun = options.id === undefined
      ? undefined
      : this.folder.pathOf((await this.catalog.find(options.id))?.name);
    if (begun !== undefined) {
      try {
        return await this.verify(begun);
      } catch (error) {
        if (!(error instanceof BadArchive)) throw error;
        // It is of no use, and another takes its place.
        Deno.removeSync(begun);
      }
    }
    const backup = await this.create(options);
    const { seal } = options;
    if (seal !== undefined && "recipient" in seal) return backup;
    const step = () => this.verify(backup.file, seal);
    return await finishing(this.catalog, { ...options, ...backup }, step);
  }

  /** The archives that the store knows, and those in the folder; the newest first. */
  async list(): Promise<Backup[]> {
    const files = this.folder.files();
    const { here, elsewhere } = located(await this.catalog.list(), files);
    return [
      ...here.map((one) => entryOf(one, true)),
      ...elsewhere.map((one) => entryOf(one, false)),
      ...unknown(files.filter((path) => !here.some(({ file }) => file === path))),
    ].sort((a, b) => a.made_at < b.made_at ? 1 : -1);
  }

  /**
   * The file that is meant by a path, or by an id or a name of an archive in the folder.
   *
   * @throws AppError `not_found`; `conflict` where several have the name
   */
  async find(text: string): Promise<string> {
    if (isPath(text) || this.folder.pathOf(text) !== undefined) return this.folder.find(text);
    const known = await this.catalog.find(idOf(text));
    return this.folder.pathOf(known?.name) ?? this.folder.find(text);
  }

  /**
   * Restores an archive into a scratch store, and notes that it can be restored, or that it cannot.
   *
   * @throws AppError `not_found`, `invalid_input` when it is sealed for another; BadArchive
   */
  async verify(text: string, opening?: Opening): Promise<Backup & { tables: Sums }> {
    const path = await this.find(text);
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
    const path = await this.find(text);
    const { proven, opened } = await this.#prove(path, opening);
    await using scratch = proven.scratch;
    await this.#note(path, proven, opened);
    const { store } = proven.header;
    return await restoreFrom({
      ...{ db, scratch, store, person, now, progress: this.#progress("restore") },
      save: (people) => this.#saveBefore(people),
    });
  }

  /** What {@linkcode Backups.prune} is to do; see {@linkcode toPrune}. */
  async toPrune(keep: BackupKeep, reasons: readonly Replaceable[]): Promise<Pruned> {
    return await toPrune(this.#pruning, keep, reasons);
  }

  /** Removes what is planned, and nothing else. */
  async prune(plan: Pruned): Promise<void> {
    await prune(this.#pruning, plan);
  }

  get #pruning() {
    return { folder: this.folder, catalog: this.catalog, rest: this.#rest };
  }

  get #rest(): () => Promise<void> {
    return this.#parts.rest ?? (() => Promise.resolve());
  }

  #progress(step: Step): Progress {
    return this.#parts.progress?.(step) ?? (() => {});
  }

  /** Writes an archive of which the store is told by the caller. */
  async #write(options: CreateOptions, people = peopleOf(options)): Promise<KnownBackup> {
    const { seal, reason = "asked" } = options;
    const person = people === undefined ? null : onlyPersonIn({ people });
    const { db, now, selfos } = this.#parts;
    const made_at = now().toISOString();
    const id = options.id ?? newId(made_at, person ?? "store");
    const path = options.out ?? this.folder.placeOf(id, seal !== undefined);
    if (seal !== undefined) await refuseBadRecipient(seal);
    this.folder.prepare();
    const store = await storeName(db.read);
    const header = { id, made_at, selfos, store, schema: LATEST ?? "", people: people ?? null };
    const { file, sums, newest } = await db.snapshot(async (read) => {
      for (const one of people ?? []) await refuseNobody({ read }, one);
      const { lines, sums } = textOf({
        ...{ read, header, progress: this.#progress("write"), rest: this.#rest },
      });
      const packed = ReadableStream.from(lines).pipeThrough(new CompressionStream("gzip"));
      const file = await writeWhole(path, seal === undefined ? packed : await sealed(packed, seal));
      return {
        file,
        sums,
        newest: person === null ? undefined : await newestOf(read, [person]),
      };
    });
    return {
      ...{ id, user_id: person, reason, made_at: options.made_at ?? made_at },
      ...{ schema_step: header.schema, encrypted: seal === undefined ? 0 : 1 },
      ...{ file: path, name: this.folder.nameOf(path) },
      ...{ size: file.size, sha256: file.sha256, row_count: rowsIn(sums) },
      ...{ newest_change: newest?.change ?? null, newest_restore: newest?.restore ?? null },
      ...{ verified_at: null, failure: null, claimed_at: null },
    };
  }

  /** Of what is about to be replaced, an archive is worth nothing before it is proven. */
  async #saveBefore(people: readonly string[]): Promise<KnownBackup> {
    const at = this.#parts.now().toISOString();
    const id = newId(at, `${onlyPersonIn({ people }) ?? "several"}-before-restore`);
    const backup = await this.#write({ reason: "before restore", id }, people);
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
        ...{ bytes, swelling, folder, progress: this.#progress("prove"), rest: this.#rest },
      });
      return { proven, opened };
    } catch (error) {
      if (error instanceof BadArchive) await this.#noteFailure(path, error);
      throw error;
    }
  }

  /** A proof counts for the store where it is one of the very file that it has written, or has found. */
  async #note(path: string, { header, sums }: Proven, opened: OpenedFile): Promise<Backup> {
    const sum = opened.sum();
    const name = this.folder.nameOf(path);
    const known = await this.catalog.at(path, name);
    const same = known.find(({ sha256 }) => sha256 === sum.sha256);
    if (known.length > 0 && same === undefined) {
      const error = new BadArchive(ALTERED);
      await this.#noteFailure(path, error);
      throw error;
    }
    const now = {
      ...{ schema_step: header.schema, encrypted: opened.encrypted ? 1 : 0, ...sum },
      ...{ file: path, name },
      ...{ row_count: rowsIn(sums), verified_at: this.#parts.now().toISOString(), failure: null },
    };
    const backup = same === undefined ? await this.#found(header, now) : { ...same, ...now };
    if (same !== undefined || name !== null) await this.catalog.note(backup);
    return entryOf(backup, true);
  }

  /** An archive that the store has not made, or does not know any more. */
  async #found({ people, made_at }: Header, now: LookedAt): Promise<KnownBackup> {
    const id = idOf(now.file);
    const isTaken = await this.catalog.find(id) !== undefined;
    const person = onlyPersonIn({ people });
    return {
      id: isTaken ? newId(made_at, person ?? "store") : id,
      ...{ user_id: person, reason: "found", made_at, claimed_at: null },
      ...{ newest_change: null, newest_restore: null, ...now },
    };
  }

  async #noteFailure(path: string, { why }: BadArchive): Promise<void> {
    const noted = await this.catalog.at(path, this.folder.nameOf(path));
    const known = noted.find(({ file }) => file === path) ?? noted[0];
    if (known === undefined) return;
    await this.catalog.note({ ...known, verified_at: null, failure: why });
  }
}

/** What is known of an archive by looking at it. */
type LookedAt =
  & Pick<KnownBackup, "schema_step" | "encrypted" | "size" | "sha256" | "row_count" | "name">
  & Pick<KnownBackup, "verified_at" | "failure">
  & { readonly file: string };

function peopleOf({ person }: CreateOptions): readonly string[] | undefined {
  return person === undefined ? undefined : [person];
}

async function refuseNobody({ read }: Pick<Database, "read">, person: string): Promise<void> {
  const found = await read.selectFrom("users").select("id").where("id", "=", person)
    .executeTakeFirst();
  if (found === undefined) throw noPerson(person);
}
