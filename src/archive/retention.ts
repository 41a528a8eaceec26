import type { BackupKeep } from "../config/backup.ts";

/** A backup that could be kept. */
export interface Kept {
  readonly id: string;
  /** Higher than those of all that were made before. */
  readonly number: number;
  /** RFC 3339 in UTC, by whatever the clock said. */
  readonly made_at: string;
}

const PERIODS: readonly (readonly [keyof BackupKeep, (day: string) => string])[] = [
  ["days", (day) => day],
  ["weeks", weekOf],
  ["months", (day) => day.slice(0, 7)],
  ["years", (day) => day.slice(0, 4)],
];

/**
 * The ids of those to keep: of each of the latest periods in which any was made, the newest.
 *
 * What is latest is told by the order in which they were made: while a clock is wrong, what it says takes
 * a place among these periods, and nothing that was made is taken for older than what was there before.
 */
export function keptOf(backups: readonly Kept[], keep: BackupKeep): Set<string> {
  const newestFirst = backups.toSorted((a, b) => b.number - a.number);
  const kept = new Set<string>();
  const [newest] = newestFirst;
  if (newest !== undefined) kept.add(newest.id);
  for (const [period, nameOf] of PERIODS) {
    const seen = new Set<string>();
    for (const { id, made_at } of newestFirst) {
      const name = nameOf(made_at.slice(0, 10));
      if (seen.size >= keep[period]) break;
      if (seen.has(name)) continue;
      seen.add(name);
      kept.add(id);
    }
  }
  return kept;
}

/** The Monday before, or the day itself. */
function weekOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - (date.getUTCDay() + 6) % 7);
  return date.toISOString().slice(0, 10);
}
