import { createHash } from "node:crypto";
import { LATEST } from "../../db/steps.ts";
import { AppError } from "../../errors.ts";
import { diskFault } from "../../places.ts";
import { openScratch, type Scratch } from "../../db/scratch.ts";
import { BadArchive, type Header, type Sums } from "../format/format.ts";
import { Swelling } from "../format/lines.ts";
import { Loading } from "./load.ts";
import { readArchive } from "../format/read.ts";
import { linesOf, pagesOf } from "../format/rows.ts";
import { faultsOf } from "./invariants.ts";
import { ARCHIVED } from "../format/tables.ts";
import { type Progress, tableLine } from "../format/write.ts";

/** An archive that was restored into a scratch store, and found to be whole and sound. */
export interface Proven {
  readonly header: Header;
  readonly sums: Sums;
  /** With the newest schema. */
  readonly scratch: Scratch;
}

export interface Proving {
  /** Of the file, but for a seal. */
  readonly bytes: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly swelling: Swelling;
  /** Where the scratch store may lie. */
  readonly folder: string;
  readonly progress: Progress;
  /** Waited for between pages, so that others come to their turn. */
  rest(): Promise<void>;
}

/**
 * Restores an archive into a scratch store, which is then the caller's to close.
 *
 * @throws BadArchive when what comes out is not what went in, or contradicts itself; AppError `unavailable`
 *   where there is no room for a scratch store
 */
export async function prove(proving: Proving): Promise<Proven> {
  try {
    return await restoredToScratch(proving);
  } catch (error) {
    throw unprovable(error, proving.folder);
  }
}

async function restoredToScratch(
  { bytes, swelling, folder, progress, rest }: Proving,
): Promise<Proven> {
  await using opened = new AsyncDisposableStack();
  const scratch = opened.use(openScratch(`${folder}/.scratch-${crypto.randomUUID()}.db`));
  const loading = new Loading(scratch, progress);
  const rested = bytes.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      async transform(chunk, controller) {
        await rest();
        controller.enqueue(chunk);
      },
    }),
  );
  const { header, sums } = await readArchive(rested, loading, swelling);
  loading.end();
  await compare(scratch, loading.columns, sums, rest);
  if (header.schema !== LATEST) await scratch.migrate();
  const faults = faultsOf(scratch.database, header.people);
  if (faults.length > 0) {
    throw new BadArchive(`the lives in it contradict themselves: ${faults.join("; ")}`);
  }
  opened.move();
  return { header, sums, scratch };
}

function unprovable(error: unknown, folder: string): unknown {
  const reason = diskFault(error);
  if (reason === undefined || error instanceof BadArchive) return error;
  const todo = error instanceof Deno.errors.PermissionDenied
    ? "make it writable for the user that runs selfos"
    : "free several times the size of the archive there, and try again";
  return new AppError(
    "unavailable",
    `Cannot restore the archive into a scratch store in ${folder} as ${reason}`,
    `${todo}; nothing was changed`,
    { cause: error },
  );
}

/** The rows of the scratch store are counted and summed up as those were that went in. */
async function compare(
  { db }: Scratch,
  columns: ReadonlyMap<string, readonly string[]>,
  sums: Sums,
  rest: Proving["rest"],
): Promise<void> {
  for (const table of ARCHIVED) {
    const archived = columns.get(table.name);
    if (archived === undefined) continue;
    const hash = createHash("sha256").update(tableLine(table.name, archived));
    let rows = 0;
    for await (const page of pagesOf(db, table, archived, undefined)) {
      hash.update(linesOf(page));
      rows += page.length;
      await rest();
    }
    const sum = sums[table.name];
    if (sum?.rows === rows && sum.sha256 === hash.digest("hex")) continue;
    throw new BadArchive(`${table.name} come out of it otherwise than they went in`);
  }
}
