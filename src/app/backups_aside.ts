import type { CreateOptions } from "../archive/backups.ts";
import { backupFolder } from "../config/backup.ts";
import type { Keep } from "../archive/keep.ts";
import type { Backup } from "../archive/listed.ts";
import type { Config } from "../config.ts";
import { databaseAddress } from "../config/values.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { VERSION } from "../version.ts";
import type { StorePlace } from "./database.ts";

/** What is to be backed up, proven, and then pruned. */
export interface BackupOrder extends Pick<CreateOptions, "person" | "reason" | "id" | "made_at"> {
  readonly store: StorePlace;
  /** The version of this selfos. */
  readonly selfos: string;
  readonly keep: Keep;
  /** What time it is, where that is not what the clock says. */
  readonly at?: Date;
}

/** What came of it. */
export type BackupReply =
  | { readonly backup: Backup; readonly removed: readonly string[] }
  | { readonly defect: string }
  | {
    readonly code: ErrorCode;
    readonly message: string;
    readonly advice: string | undefined;
  };

/** Backs up in a worker of its own, which has a connection of its own: calls do not wait for it. */
export class BackupsAside implements AsyncDisposable {
  readonly #config: Pick<Config, "databaseUrl" | "dataDir" | "backupKeep">;
  readonly #running = new Set<Promise<unknown>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(config: Pick<Config, "databaseUrl" | "dataDir" | "backupKeep">) {
    this.#config = config;
  }

  /**
   * One after the other.
   *
   * @throws AppError as {@linkcode Backups.create} and {@linkcode Backups.verify} do
   */
  async run(order: Omit<BackupOrder, "store" | "selfos" | "keep">): Promise<Backup> {
    const { databaseUrl, dataDir, backupKeep: keep } = this.#config;
    const store = { databaseUrl, dataDir };
    const turn = this.#turn.then(() => inWorker({ ...order, store, keep, selfos: VERSION }));
    this.#turn = turn.catch(() => {});
    this.#running.add(turn);
    try {
      return await turn;
    } finally {
      this.#running.delete(turn);
    }
  }

  /** What has begun comes to its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}

async function inWorker(order: BackupOrder): Promise<Backup> {
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
  worker.onmessage = ({ data }: MessageEvent<BackupReply>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(`the worker that backs up has failed: ${event.message}`));
  };
  try {
    worker.postMessage(order);
    const reply = await promise;
    if ("backup" in reply) return reply.backup;
    if ("defect" in reply) throw new Error(`a backup failed: ${reply.defect}`);
    throw new AppError(reply.code, reply.message, reply.advice);
  } finally {
    worker.terminate();
  }
}
