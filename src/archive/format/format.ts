import { z } from "zod";
import { AppError } from "../../errors.ts";

/** Raised with every change that an earlier selfos could not read. */
export const FORMAT = 1;

/**
 * The first line of an archive.
 *
 * An archive is gzipped JSON lines: this one; then for each table a line that names it and its columns,
 * and a line for each row, in the order of the key; then the last one, without which it is cut off.
 */
export const Header = z.strictObject({
  format: z.literal("selfos-archive"),
  version: z.literal(FORMAT),
  id: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,120}$/),
  made_at: z.iso.datetime(),
  selfos: z.string().max(100),
  /** The name of the store that it is of. */
  store: z.uuid(),
  /** The newest step of the schema that the rows have. */
  schema: z.string().max(100),
  /** Whose lives it has; null for those of all. */
  people: z.array(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)).min(1).readonly().nullable(),
});
export type Header = z.infer<typeof Header>;

/** The line before the rows of a table. */
export const TableLine = z.strictObject({
  table: z.string().max(100),
  columns: z.array(z.string().max(100)).min(1).max(200),
});

/** How many rows there are of a table, and the SHA-256 of their lines with the one before them, in hex. */
export const Sum = z.strictObject({ rows: z.int().min(0), sha256: z.string().length(64) });
export type Sum = z.infer<typeof Sum>;

/** The last line; `header` is the SHA-256 of the first one. */
export const Trailer = z.strictObject({
  end: z.literal(true),
  header: z.string().length(64),
  tables: z.record(z.string(), Sum),
});
export type Sums = z.infer<typeof Trailer>["tables"];

/** How a compressed file of ours begins: no name in it, no time, nothing optional. */
export const GZIP = [31, 139, 8, 0, 0, 0, 0, 0, 0, 255] as const;

/** Characters of the longest row that is written, or read. */
export const LONGEST_LINE = 32_000_000;

/** How the names of archives end. */
export const SUFFIX = ".selfos.gz";
export const SEALED_SUFFIX = `${SUFFIX}.age`;

/** Of each archive file, the id is the name without its ending. */
export function idOf(file: string): string {
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  return name.replace(/\.selfos\.gz(\.age)?$/, "");
}

/** What is wrong with an archive. */
export class BadArchive extends AppError {
  constructor(readonly why: string, advice = "selfos backup list shows others", cause?: unknown) {
    super("unavailable", `Cannot use the archive as ${why}`, `nothing was changed; ${advice}`, {
      cause,
    });
  }
}

/** Whose life it has alone; null where it has several. */
export function onlyPersonIn({ people }: Pick<Header, "people">): string | null {
  const [only = null, ...others] = people ?? [];
  return others.length === 0 ? only : null;
}

/** How many rows there are in all. */
export function rowsIn(sums: Sums): number {
  return Object.values(sums).reduce((total, { rows }) => total + rows, 0);
}
