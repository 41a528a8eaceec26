import type { CreateOptions } from "../../archive/backups.ts";
import { backupFolder, type BackupKeep } from "../../config/backup.ts";
import type { Backup } from "../../archive/entry.ts";
import type { Config } from "../../config.ts";
import { databaseAddress } from "../../config/values.ts";
import { AppError, type ErrorCode } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { VERSION } from "../../version.ts";
import type { StorePlace } from "../database.ts";

/** What is to be backed up and proven. */
export interface BackupOrder extends Pick<CreateOptions, "person" | "reason" | "id" | "made_at"> {
  readonly store: StorePlace;
  /** The version of this selfos. */
  readonly selfos: string;
  /** What stays of those that nobody made by hand; absent, no archive is removed. */
  readonly keep?: BackupKeep;
  /** What time it is, where that is not what the clock says. */
  readonly at?: Date;
}

/** What came of it. */
export type BackupReply =
  /** `left` tells why older ones could not be removed. */
  | { readonly backup: Backup; readonly left?: string }
  | { readonly defect: string }
  | {
    readonly code: ErrorCode;
    readonly message: string;
    readonly advice: string | undefined;
  };

/** Backs up in a worker of its own, which has a connection of its own: calls do not wait for it. */
export class BackupsAside implements AsyncDisposable {
  readonly #config: Pick<Config, "databaseUrl" | "dataDir">;
  readonly #log: Log;
  readonly #isServer: boolean;
  readonly #running = new Set<Promise<unknown>>();
  readonly #end = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    { databaseUrl, dataDir }: Pick<Config, "databaseUrl" | "dataDir">,
    { log, isServer }: { readonly log: Log; readonly isServer: boolean },
  ) {
    this.#config = { databaseUrl, dataDir };
    this.#log = log;
    this.#isServer = isServer;
  }

  /**
   * One after the other.
   *
   * @throws AppError as {@linkcode Backups.make} does, and `unavailable` once it is disposed of
   */
  async run(order: Omit<BackupOrder, "store" | "selfos">): Promise<Backup> {
    const store = this.#config;
    const turn = this.#turn.then(() =>
      inWorker({ ...order, store, selfos: VERSION }, this.#end.signal)
    );
    this.#turn = turn.catch(() => {});
    this.#running.add(turn);
    try {
      const { backup, left } = await turn;
      if (left !== undefined) this.#log.error("Cannot remove older backups: {left}", { left });
      return backup;
    } finally {
      this.#running.delete(turn);
    }
  }

  /**
   * What has begun is given up in a server, which must not keep anyone waiting for its end, and leaves
   * nothing that is proven; of a command, it comes to its end.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isServer) {
      this.#end.abort(
        new AppError(
          "unavailable",
          "Cannot finish the backup as the server is about to end",
          "ask for it again; earlier archives are as they were",
        ),
      );
    }
    await Promise.allSettled(this.#running);
  }
}

async function inWorker(
  order: BackupOrder,
  end: AbortSignal,
): Promise<Extract<BackupReply, { backup: Backup }>> {
  end.throwIfAborted();
  const { databaseUrl, dataDir } = order.store;
  const here = databaseUrl === undefined ? dataDir : backupFolder({ dataDir });
  const worker = new Worker(new URL("./backup_worker.ts", import.meta.url).href, {
    type: "module",
    deno: {
      permissions: {
        net: databaseUrl === undefined ? false : [databaseAddress(databaseUrl)],
        // The steps of the schema are part of the program.
        read: "inherit",
        write: [here],
        ...{ env: false, run: false, ffi: false, sys: false, import: false },
      },
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<BackupReply>();
  const giveUp = () => reject(end.reason);
  end.addEventListener("abort", giveUp);
  worker.onmessage = ({ data }: MessageEvent<BackupReply>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(`the worker that backs up has failed: ${event.message}`));
  };
  try {
    worker.postMessage(order);
    const reply = await promise;
    if ("backup" in reply) return reply;
    if ("defect" in reply) throw new Error(`a backup failed: ${reply.defect}`);
    throw new AppError(reply.code, reply.message, reply.advice);
  } finally {
    end.removeEventListener("abort", giveUp);
    worker.terminate();
  }
}
