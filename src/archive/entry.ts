import { basename } from "node:path";
import { idOf, onlyPersonIn } from "./format/format.ts";
import type { KnownBackup } from "./catalog.ts";
import { peek } from "./format/open.ts";

/** An archive as it is shown. */
export interface Backup {
  readonly id: string;
  /** Whose life is in it; null for the lives of all, or where nobody knows. */
  readonly person: string | null;
  readonly reason: string;
  readonly made_at: string;
  readonly verified_at: string | null;
  /** Why it could not be restored into a scratch store. */
  readonly failure: string | null;
  /** Bytes. */
  readonly size: number;
  readonly rows: number | null;
  readonly encrypted: boolean;
  readonly file: string;
  /** Whether the file is in the folder of archives of this machine. */
  readonly here: boolean;
}

export function entryOf(known: KnownBackup, here: boolean): Backup {
  const { id, user_id: person, reason, made_at, verified_at, failure } = known;
  return {
    ...{ id, person, reason, made_at, verified_at, failure, here },
    size: known.size ?? 0,
    rows: known.row_count,
    encrypted: known.encrypted === 1,
    file: known.file ?? "",
  };
}

/** The archives that a store knows: those in a folder, with the paths that they have there, and the others. */
export interface Located<Known> {
  readonly here: Known[];
  readonly elsewhere: Known[];
}

/**
 * Tells which archives lie in the folder. Where machines of one store have each another of the same name,
 * that is the one that was written there.
 *
 * @param files the archives in the folder
 */
export function located<Known extends Pick<KnownBackup, "file" | "name">>(
  known: readonly Known[],
  files: readonly string[],
): Located<Known> {
  const byName = Map.groupBy(known, ({ name }) => name);
  const paths = new Map<Known, string>();
  for (const path of files) {
    const named = byName.get(basename(path)) ?? [];
    const found = named.find(({ file }) => file === path) ?? named[0];
    if (found !== undefined) paths.set(found, path);
  }
  return {
    here: known.flatMap((one) => {
      const file = paths.get(one);
      return file === undefined ? [] : [{ ...one, file }];
    }),
    elsewhere: known.filter((one) => !paths.has(one)),
  };
}

/** Archives of which the store knows nothing; one that is removed meanwhile is none. */
export function unknown(files: readonly string[]): Backup[] {
  const found: Backup[] = [];
  for (const file of files) {
    try {
      const { size, mtime } = Deno.statSync(file);
      const header = peek(file);
      found.push({
        ...{
          id: idOf(file),
          person: header === undefined ? null : onlyPersonIn(header),
          reason: "unknown",
        },
        made_at: header?.made_at ?? (mtime ?? new Date(0)).toISOString(),
        ...{ verified_at: null, failure: null, size, rows: null },
        ...{ encrypted: file.endsWith(".age"), file, here: true },
      });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return found;
}
