import { Catalog } from "../../archive/catalog.ts";
import { Schedule } from "../../archive/schedule.ts";
import type { Config } from "../../config.ts";
import type { Database } from "../../db/db.ts";
import { AppError, messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { BackupsAside } from "./aside.ts";

interface Parts {
  readonly db: Database;
  readonly aside: BackupsAside;
  readonly log: Log;
  now(): Date;
}

/** How often it is looked whether a backup is due. */
const LOOK_MS = 30_000;
/** A server that was just started has more urgent things to do. */
const FIRST_LOOK_MS = 3000;

/** Backs up when it is time, until it is disposed of. */
export function scheduleBackups(
  when: string,
  { timeZone: zone, backupKeep: keep }: Pick<Config, "timeZone" | "backupKeep">,
  { db, aside, log, now }: Parts,
): AsyncDisposable {
  let ended = false;
  const failed = (error: unknown) => {
    if (ended) return log.info("The backup that was due is left to the next server");
    log.error("Cannot back up: {reason}. {advice}", {
      reason: messageOf(error),
      advice: error instanceof AppError ? error.advice ?? "" : "",
    });
  };
  const schedule = new Schedule({
    ...{ when, zone, catalog: new Catalog(db), now, failed },
    run: (order) => aside.run({ ...order, keep, at: now() }),
    made: ({ file, rows }) =>
      log.info("Backed up {rows} rows to {file}, and proved it", { file, rows }),
  });
  let looking: Promise<void> = Promise.resolve();
  let timer = setTimeout(begin, FIRST_LOOK_MS);
  Deno.unrefTimer(timer);
  function begin(): void {
    looking = look();
  }
  async function look(): Promise<void> {
    try {
      await schedule.look();
    } catch (error) {
      failed(error);
    }
    if (ended) return;
    timer = setTimeout(begin, LOOK_MS);
    Deno.unrefTimer(timer);
  }
  return {
    async [Symbol.asyncDispose]() {
      ended = true;
      clearTimeout(timer);
      // What is given up is said to the store while that is open.
      await aside[Symbol.asyncDispose]();
      await looking;
    },
  };
}
