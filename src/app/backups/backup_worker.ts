/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import "../../closed_env.ts";
import type { Backups } from "../../archive/backups.ts";
import type { BackupKeep } from "../../config/backup.ts";
import { AppError, messageOf } from "../../errors.ts";
import type { BackupOrder, BackupReply } from "./aside.ts";

addEventListener("message", async ({ data }: MessageEvent<BackupOrder>) => {
  postMessage(await carriedOut(data));
});

/** For so many times as long as it has worked, it rests: calls come first. */
const SHARE = 2;
const LONGEST_MS = 100;

function resting(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    const worked = performance.now() - last;
    await new Promise((resolve) => setTimeout(resolve, Math.min(SHARE * worked, LONGEST_MS)));
    last = performance.now();
  };
}

async function carriedOut(
  { store, selfos, keep, at, ...options }: BackupOrder,
): Promise<BackupReply> {
  try {
    const { openDatabase } = await import("../database.ts");
    const { backupsOf } = await import("./backups.ts");
    await using db = await openDatabase(store);
    const backups = backupsOf(store, { db, selfos, now: () => at ?? new Date(), rest: resting() });
    const { tables: _, ...backup } = await backups.make(options);
    const left = keep === undefined ? undefined : await pruned(backups, keep);
    return { backup, ...(left === undefined ? {} : { left }) };
  } catch (error) {
    if (!(error instanceof AppError)) return { defect: messageOf(error) };
    const { code, message, advice } = error;
    return { code, message, advice };
  }
}

/** Why older ones could not be removed; what was made is there all the same. */
async function pruned(backups: Backups, keep: BackupKeep): Promise<string | undefined> {
  try {
    await backups.prune(await backups.toPrune(keep, ["scheduled", "assistant"]));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
