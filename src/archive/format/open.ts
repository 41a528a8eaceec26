import { createHash } from "node:crypto";
import { constants, gunzipSync } from "node:zlib";
import { AppError } from "../../errors.ts";
import { BadArchive, type Header } from "./format.ts";
import { Swelling } from "./lines.ts";
import { headerIn } from "./read.ts";
import { diskFault } from "../../places.ts";
import { isSealed, type Opening, unsealed } from "./encryption.ts";

/** A file that is read as an archive. */
export interface OpenedFile {
  /** Without a seal. */
  readonly bytes: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly swelling: Swelling;
  readonly encrypted: boolean;
  /** Of the whole file, once it was read. */
  sum(): { readonly size: number; readonly sha256: string };
}

/** Enough to know what a file is. */
const BEGINNING = 4096;
const LONGEST_HEADER = 4096;
const CHUNK = 65_536;

/**
 * Opens an archive; whoever reads it to its end, or gives it up, closes it.
 *
 * @throws AppError `not_found` when there is none; `invalid_input` when it is sealed for another
 */
export async function openArchive(path: string, opening?: Opening): Promise<OpenedFile> {
  const file = openFile(path);
  const beginning = new Uint8Array(BEGINNING);
  const hash = createHash("sha256");
  const swelling = new Swelling();
  let size = 0;
  const raw = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      try {
        const chunk = new Uint8Array(CHUNK);
        const length = file.readSync(chunk);
        if (length === null) {
          file.close();
          return controller.close();
        }
        const read = chunk.subarray(0, length);
        hash.update(read);
        size += length;
        swelling.packed(length);
        controller.enqueue(read);
      } catch (error) {
        file.close();
        throw unreadable(path, error);
      }
    },
    cancel: () => file.close(),
  }, { highWaterMark: 1 });
  try {
    const length = file.readSync(beginning) ?? 0;
    file.seekSync(0, Deno.SeekMode.Start);
    const start = beginning.subarray(0, length);
    const encrypted = isSealed(start);
    const bytes = encrypted ? await unsealed(raw, start, opening) : raw;
    const sum = () => ({ size, sha256: hash.copy().digest("hex") });
    return { bytes, swelling, encrypted, sum };
  } catch (error) {
    await raw.cancel().catch(() => {});
    throw unreadable(path, error);
  }
}

/** What the first line of an archive says; `undefined` where it is encrypted, or none. */
export function peek(path: string): Header | undefined {
  try {
    const beginning = beginningOf(path);
    if (isSealed(beginning)) return undefined;
    const line = firstLineIn(beginning);
    return line && headerIn(line);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function beginningOf(path: string): Uint8Array<ArrayBuffer> {
  using file = openFile(path);
  const beginning = new Uint8Array(BEGINNING);
  try {
    return beginning.subarray(0, file.readSync(beginning) ?? 0);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** With its end; `undefined` where there is none. So few bytes unpack to a few megabytes at most. */
function firstLineIn(packed: Uint8Array<ArrayBuffer>): Uint8Array | undefined {
  try {
    const text = gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
    const end = text.indexOf("\n");
    return end < 0 || end > LONGEST_HEADER ? undefined : text.subarray(0, end + 1);
  } catch (error) {
    throw new BadArchive("it is damaged or cut off", undefined, error);
  }
}

function openFile(path: string): Deno.FsFile {
  try {
    // A pipe would be waited for.
    if (!Deno.statSync(path).isFile) throw new BadArchive("it is no file");
    return Deno.openSync(path, { read: true });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof Deno.errors.NotFound) {
    return new AppError(
      "not_found",
      `Cannot find an archive at ${path}`,
      "selfos backup list shows the archives; nothing was changed",
    );
  }
  const reason = diskFault(error);
  if (reason === undefined) return error;
  return new AppError(
    "unavailable",
    `Cannot read the archive at ${path}: ${reason}`,
    "correct the path; nothing was changed",
    { cause: error },
  );
}
