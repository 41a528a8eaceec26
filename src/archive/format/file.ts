import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { AppError } from "../../errors.ts";
import { diskFault, partOf, syncFolder } from "../../places.ts";

/** What was written. */
export interface WrittenFile {
  /** Bytes. */
  readonly size: number;
  /** In hex. */
  readonly sha256: string;
}

/** A file that is being written is written to all the time; one that is not was left behind. */
const LEFT_BEHIND_MS = 15 * 60_000;
const CHUNK = 262_144;

/**
 * Writes a file that is there as a whole, safe on the disk, or not at all. Only its owner may read it.
 *
 * @throws AppError `conflict` where there is one already, or is being written; `unavailable` where it
 *   cannot be written
 */
export async function writeWhole(
  path: string,
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<WrittenFile> {
  const part = partOf(path);
  let file: Deno.FsFile | undefined;
  try {
    refuseTaken(path);
    removeLeftBehind(part);
    file = Deno.openSync(part, { write: true, createNew: true, mode: 0o600 });
    const written = await writeAll(file, bytes);
    file.syncSync();
    file.close();
    refuseTaken(path);
    Deno.renameSync(part, path);
    syncFolder(dirname(path));
    return written;
  } catch (error) {
    await bytes.cancel().catch(() => {});
    if (file === undefined) throw named(path, error);
    discard(file, part);
    throw named(path, error);
  }
}

/**
 * What is in a file now; `undefined` where there is none.
 *
 * @param rest waited for again and again
 * @throws AppError `unavailable` where it cannot be read
 */
export async function sumOf(
  path: string,
  rest: () => Promise<void>,
): Promise<WrittenFile | undefined> {
  try {
    using file = Deno.openSync(path, { read: true });
    const hash = createHash("sha256");
    const chunk = new Uint8Array(CHUNK);
    let size = 0;
    for (let length; (length = file.readSync(chunk)) !== null;) {
      hash.update(chunk.subarray(0, length));
      size += length;
      await rest();
    }
    return { size, sha256: hash.digest("hex") };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    const reason = diskFault(error);
    if (reason === undefined) throw error;
    throw new AppError(
      "unavailable",
      `Cannot read the archive at ${path}: ${reason}`,
      "make it readable for the user that runs selfos",
      { cause: error },
    );
  }
}

/** Whether there is anything at the path. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Removes what a process that was ended left of a file. */
export function removeLeftBehind(part: string): void {
  try {
    const { mtime, isFile } = Deno.lstatSync(part);
    const isOld = mtime !== null && Date.now() - mtime.getTime() > LEFT_BEHIND_MS;
    if (isFile && isOld) Deno.removeSync(part);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function writeAll(
  file: Deno.FsFile,
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<WrittenFile> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
    for (let rest = chunk; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
  }
  return { size, sha256: hash.digest("hex") };
}

function refuseTaken(path: string): void {
  if (!exists(path)) return;
  throw new AppError(
    "conflict",
    `Cannot write the archive to ${path} as there is a file already; it was left as it is`,
    "choose another name",
  );
}

function discard(file: Deno.FsFile, part: string): void {
  try {
    file.close();
  } catch (error) {
    // It was closed before whatever failed.
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
  try {
    Deno.removeSync(part);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function named(path: string, error: unknown): unknown {
  if (error instanceof Deno.errors.AlreadyExists) {
    return new AppError(
      "conflict",
      `Cannot write the archive to ${path} as ${partOf(path)} is there: another backup writes it`,
      "wait for it; what a killed one leaves can be removed, and is taken away after 15 minutes",
      { cause: error },
    );
  }
  const reason = diskFault(error);
  if (reason === undefined || error instanceof AppError) return error;
  const isDenied = error instanceof Deno.errors.PermissionDenied;
  return new AppError(
    "unavailable",
    `Cannot write the archive to ${path} as ${reason}`,
    isDenied ? "choose a folder that can be written to" : "free space on the disk",
    { cause: error },
  );
}
