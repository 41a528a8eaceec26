import { createHash, type Hash } from "node:crypto";
import type { Kysely } from "kysely";
import type { Schema } from "../../db/schema.ts";
import { AppError } from "../../errors.ts";
import { FORMAT, type Header, LONGEST_LINE, type Sums } from "./format.ts";
import { linesOf, pagesOf } from "./rows.ts";
import { ARCHIVED } from "./tables.ts";

/** Told how many rows were worked on. */
export type Progress = (rows: number) => void;

/** What an archive is made of. */
export interface Making {
  /** One state of the store. */
  readonly read: Kysely<Schema>;
  readonly header: Omit<Header, "format" | "version">;
  readonly progress: Progress;
  /** Waited for between pages, so that others come to their turn. */
  rest(): Promise<void>;
}

/** The text of an archive, and what its last line says once it was written. */
export interface Text {
  readonly lines: AsyncGenerator<Uint8Array<ArrayBuffer>>;
  readonly sums: Sums;
}

/** Writes the lives that the header says, page by page. */
export function textOf({ read, header, progress, rest }: Making): Text {
  const sums: Sums = {};
  const encoder = new TextEncoder();
  async function* lines() {
    const first = encoder.encode(`${headerLine(header)}\n`);
    yield first;
    const people = header.people ?? undefined;
    for (const table of ARCHIVED) {
      const hash = createHash("sha256");
      let rows = 0;
      yield hashed(hash, encoder.encode(tableLine(table.name, table.columns)));
      for await (const page of pagesOf(read, table, table.columns, people)) {
        const text = linesOf(page);
        if (text.length > LONGEST_LINE) refuseLongRows(table.name, page);
        rows += page.length;
        progress(page.length);
        await rest();
        yield hashed(hash, encoder.encode(text));
      }
      sums[table.name] = { rows, sha256: hash.digest("hex") };
    }
    const last = { end: true, header: createHash("sha256").update(first).digest("hex") };
    yield encoder.encode(`${JSON.stringify({ ...last, tables: sums })}\n`);
  }
  return { lines: lines(), sums };
}

/** The line before the rows of a table. */
export function tableLine(table: string, columns: readonly string[]): string {
  return `${JSON.stringify({ table, columns })}\n`;
}

function headerLine({ id, made_at, selfos, store, schema, people }: Making["header"]): string {
  const header: Header = {
    ...{ format: "selfos-archive", version: FORMAT },
    ...{ id, made_at, selfos, store, schema, people },
  };
  return JSON.stringify(header);
}

function hashed(hash: Hash, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  hash.update(bytes);
  return bytes;
}

/** What could not be read again is not written. */
function refuseLongRows(table: string, page: readonly unknown[][]): void {
  for (const row of page) {
    const { length } = JSON.stringify(row);
    if (length < LONGEST_LINE) continue;
    throw new AppError(
      "unavailable",
      `Cannot back up a row of ${table} as it is longer than ${LONGEST_LINE} characters: ${length}`,
      "shorten it; earlier backups are as they were",
    );
  }
}
