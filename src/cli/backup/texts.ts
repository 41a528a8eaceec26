import type { Pruned } from "../../archive/prune.ts";
import type { Backup } from "../../archive/entry.ts";
import type { Restored } from "../../archive/restore/restore.ts";
import { table } from "../output.ts";

/** What a terminal shows of a new archive. */
export function written(backup: Backup): string {
  const proof = backup.verified_at === null
    ? `Nobody here can open it: prove it where its identity is, with selfos backup verify.`
    : "Restored into a scratch store, and found to be the same.";
  return `Wrote ${backup.file}: ${sizeOf(backup)}.\n${proof}`;
}

/** What a terminal shows of a proof. */
export function verified(backup: Backup): string {
  return `${backup.file} can be restored: ${sizeOf(backup)}, made ${minuteOf(backup.made_at)} UTC.`;
}

/** What a terminal shows of archives. */
export function tableOf(backups: readonly Backup[]): string {
  if (backups.length === 0) return "No backups. Try: selfos backup create";
  const rows = backups.map((backup) => [
    backup.id,
    backup.person ?? "all",
    minuteOf(backup.made_at),
    backup.rows === null ? "" : String(backup.rows),
    bytesOf(backup.size),
    backup.encrypted ? "yes" : "",
    stateOf(backup),
  ]);
  return table(["ID", "OF", "MADE (UTC)", "ROWS", "SIZE", "ENCRYPTED", "PROVEN"], rows);
}

/** What a terminal shows of a restored archive. */
export function restored({ people, saved, renumbered, shares_left_out }: Restored): string {
  return [
    `Restored ${people.join(", ")}.`,
    saved === null ? "There was nothing to replace." : `What was replaced is in ${saved.file}.`,
    ...(renumbered.length === 0
      ? []
      : [`New ids, as others have the old ones: ${renumbered.join(", ").replaceAll("_", " ")}.`]),
    ...(shares_left_out === 0
      ? []
      : [`Not shared again: ${shares_left_out} life areas. See selfos areas share.`]),
    "Keys and links of tokens are in no archive: those of the store stay as they are.",
  ].join("\n");
}

/** What a terminal shows of what was removed. */
export function pruned({ removed, kept, unproven }: Pruned): string {
  return [
    removed.length === 0
      ? "Nothing is to be removed."
      : `Removed ${removed.map(({ id }) => id).join(", ")}.`,
    `Kept ${kept.length}${kept.length > 0 ? `, the newest ${kept[0]?.id}` : ""}.`,
    ...(unproven.length === 0
      ? []
      : [`Left as they are, as they are not proven: ${unproven.map(({ id }) => id).join(", ")}.`]),
  ].join("\n");
}

function stateOf({ verified_at, failure, here, file }: Backup): string {
  const proof = failure !== null
    ? `NO: ${failure}`
    : verified_at === null
    ? "no"
    : minuteOf(verified_at);
  return here ? proof : `${proof}; it was written to ${file}`;
}

function sizeOf({ rows, size }: Backup): string {
  return rows === null ? bytesOf(size) : `${rows} rows, ${bytesOf(size)}`;
}

function bytesOf(size: number): string {
  if (size < 1000) return `${size} B`;
  return size < 1_000_000
    ? `${(size / 1000).toFixed(0)} kB`
    : `${(size / 1_000_000).toFixed(1)} MB`;
}

function minuteOf(at: string): string {
  return at.slice(0, 16).replace("T", " ");
}
