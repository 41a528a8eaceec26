import type { BackupKeep } from "../config/backup.ts";
import { AppError, messageOf } from "../errors.ts";
import { sumOf } from "./format/file.ts";
import type { Folder } from "./folder.ts";
import { keptOf } from "./retention.ts";
import type { Catalog, NumberedBackup } from "./catalog.ts";
import { type Backup, entryOf, located, unknown } from "./entry.ts";

/** Which archives were looked at for those to remove, and what is to become of each. */
export interface Pruned {
  readonly removed: Backup[];
  /** Those made last first. */
  readonly kept: Backup[];
  /** Not touched, as they are not proven. */
  readonly unproven: Backup[];
}

/**
 * Why an archive was made that may be removed for a newer one of the same person and reason. What a
 * restore has replaced, and what was found, nothing newer takes the place of.
 */
export type Replaceable = "asked" | "scheduled" | "assistant";

interface Parts {
  readonly folder: Folder;
  readonly catalog: Catalog;
  /** Waited for again and again, so that others come to their turn. */
  rest(): Promise<void>;
}

/** Why what was proven is not so any more. */
export const ALTERED = "it is not the file any more that was written";

/**
 * What is to be removed of the archives in the folder: proven ones alone, where those that stay in their
 * place are read again and are what was proven.
 */
export async function toPrune(
  parts: Parts,
  keep: BackupKeep,
  reasons: readonly Replaceable[],
): Promise<Pruned> {
  const files = parts.folder.files();
  const { here } = located(await parts.catalog.list(), files);
  const proven = here.filter(({ verified_at }) => verified_at !== null);
  const replaceable = proven.filter(({ reason }) => reasons.some((one) => one === reason));
  const removed: NumberedBackup[] = [];
  const altered: NumberedBackup[] = [];
  for (const group of alikeIn(replaceable)) {
    if (keptOf(group, keep).size === group.length) continue;
    const [sound, others] = await told(parts, group);
    const kept = keptOf(sound, keep);
    removed.push(...sound.filter(({ id }) => !kept.has(id)));
    altered.push(...others);
  }
  const strangers = unknown(files.filter((path) => !here.some(({ file }) => file === path)));
  const unproven = [
    ...here.filter(({ verified_at }) => verified_at === null),
    ...altered.map((one) => ({ ...one, verified_at: null, failure: ALTERED })),
  ];
  const kept = proven.filter((one) => !removed.includes(one) && !altered.includes(one));
  return {
    removed: removed.map((one) => entryOf(one, true)),
    kept: kept.map((one) => entryOf(one, true)),
    unproven: [...unproven.map((one) => entryOf(one, true)), ...strangers],
  };
}

/** Removes what was planned, and makes the store forget it. */
export async function prune({ catalog }: Parts, { removed }: Pruned): Promise<void> {
  for (const { id, file } of removed) {
    try {
      Deno.removeSync(file);
    } catch (error) {
      // Another process has removed it.
      if (!(error instanceof Deno.errors.NotFound)) throw unremovable(file, error);
    }
    await catalog.forget(id);
  }
}

function unremovable(file: string, error: unknown): AppError {
  return new AppError(
    "unavailable",
    `Cannot remove ${file}: ${messageOf(error)}`,
    "make its folder writable for the user that runs selfos; it stays a backup as it was",
    { cause: error },
  );
}

/** Those that one newer archive can stand for. */
function alikeIn(backups: readonly NumberedBackup[]): Iterable<NumberedBackup[]> {
  return Map.groupBy(backups, ({ reason, user_id }) => `${reason} ${user_id ?? ""}`).values();
}

/** Those that are what was proven, and those that are not: of these the store is told. */
async function told({ catalog, rest }: Parts, group: readonly NumberedBackup[]) {
  const sound: NumberedBackup[] = [];
  const altered: NumberedBackup[] = [];
  for (const one of group) {
    const sum = await sumOf(one.file ?? "", rest);
    if (sum?.sha256 === one.sha256) {
      sound.push(one);
    } else {
      altered.push(one);
      if (sum !== undefined) await catalog.note({ ...one, verified_at: null, failure: ALTERED });
    }
  }
  return [sound, altered] as const;
}
