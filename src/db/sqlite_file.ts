import { DatabaseSync } from "node:sqlite";
import { AppError, messageOf } from "../errors.ts";

/** How long one statement blocks the thread for another process before it is tried again later. */
const BLOCKING_WAIT_MS = 20;
/** Bytes of the log that stay with the store; it grows beyond while somebody reads for long. */
const LOG_KEPT = 64 * 1024 * 1024;

/** An open SQLite file with write-ahead log; several processes may have it open at once. */
export interface SqliteFile {
  readonly path: string;
  readonly database: DatabaseSync;
}

/**
 * Opens the store in the directory and makes both if they are missing.
 *
 * @throws AppError `unavailable` when the directory or file cannot be used
 */
export async function openSqliteFile(directory: string): Promise<SqliteFile> {
  const path = `${directory}/selfos.db`;
  try {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotOpen(path, error);
  }
  const database = await patiently(() => connect(path));
  try {
    // The write-ahead log takes over the mode of its store.
    if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o600);
  } catch (error) {
    database.close();
    throw cannotOpen(path, error);
  }
  return { path, database };
}

/** Another connection to the same file. */
export function reconnect({ path }: SqliteFile): Promise<DatabaseSync> {
  return patiently(() => connect(path));
}

/** The schema steps the file has, oldest first; none when it is new. */
export function appliedTo({ database }: SqliteFile): Promise<string[]> {
  return patiently(() => {
    const table = database.prepare("select 1 from sqlite_schema where name = 'kysely_migration'");
    if (table.get() === undefined) return [];
    const rows = database.prepare("select name from kysely_migration order by name").all();
    return rows.map(({ name }) => String(name));
  });
}

/** Whether this person exists and is not in the trash. */
export function hasPerson({ database }: SqliteFile, user_id: string): Promise<boolean> {
  return patiently(() => {
    const query = database.prepare("select 1 from users where id = ? and deleted_at is null");
    return query.get(user_id) !== undefined;
  });
}

/**
 * Runs the step again while another process holds the file, for up to 10 s.
 *
 * @throws AppError `unavailable` for every fault of the file itself
 */
export async function patiently<T>(step: () => T): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    try {
      return step();
    } catch (error) {
      if (!isLocked(error) || performance.now() > deadline) throw explained(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 8));
  }
}

function connect(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec(`pragma busy_timeout = ${BLOCKING_WAIT_MS}`);
    database.exec("pragma journal_mode = wal");
    database.exec("pragma synchronous = full");
    database.exec(`pragma journal_size_limit = ${LOG_KEPT}`);
    database.exec("pragma foreign_keys = on");
    database.exec("pragma temp_store = memory");
    return database;
  } catch (error) {
    database?.close();
    throw isLocked(error) ? error : cannotOpen(path, error);
  }
}

interface Fault {
  readonly pattern: RegExp;
  readonly reason: string;
  readonly advice: string;
}

const WRITABLE =
  "make its directory writable for the user that runs selfos, or set SELFOS_DATA_DIR";

const FAULTS: readonly Fault[] = [
  {
    pattern: /is locked/,
    reason: "another process kept it locked for 10 s",
    advice: "stop the process that holds it",
  },
  {
    pattern: /disk is full|disk I\/O error|no space left/i,
    reason: "the disk is full or failing",
    advice: "free space on the disk",
  },
  { pattern: /readonly database/, reason: "it is read-only", advice: WRITABLE },
  {
    pattern: /malformed|not a database/,
    reason: "the file is damaged",
    advice: "restore a backup, or set SELFOS_DATA_DIR",
  },
  {
    pattern: /no such table|failed to prepare statement/,
    reason: "a table that it must have is missing",
    advice: "restore a backup, or set SELFOS_DATA_DIR",
  },
  { pattern: /unable to open database/, reason: "it cannot be opened", advice: WRITABLE },
];

function isLocked(error: unknown): boolean {
  return /database (table )?is locked/.test(messageOf(error));
}

function faultOf(error: unknown): Fault | undefined {
  return FAULTS.find(({ pattern }) => pattern.test(messageOf(error)));
}

function cannotOpen(path: string, cause: unknown): AppError {
  const { reason = messageOf(cause), advice = WRITABLE } = faultOf(cause) ?? {};
  return new AppError("unavailable", `Cannot open the store at ${path} as ${reason}`, advice, {
    cause,
  });
}

function explained(error: unknown): unknown {
  const fault = faultOf(error);
  if (!fault || error instanceof AppError) return error;
  return new AppError("unavailable", `Cannot use the store as ${fault.reason}`, fault.advice, {
    cause: error,
  });
}
