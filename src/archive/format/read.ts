import { createHash, type Hash } from "node:crypto";
import { STEPS } from "../../db/steps.ts";
import { BadArchive, FORMAT, Header, LONGEST_LINE, TableLine, Trailer } from "./format.ts";
import type { Sums } from "./format.ts";
import { linesIn, Swelling } from "./lines.ts";
import { ARCHIVED } from "./tables.ts";

/** Whoever is given what an archive has, in its order. */
export interface Receiver {
  begin(header: Header): Promise<void>;
  table(name: string, columns: readonly string[]): void;
  row(values: readonly unknown[]): void;
}

/** What was read. */
export interface Contents {
  readonly header: Header;
  readonly sums: Sums;
}

/**
 * Reads an archive to its end and compares it with what its last line says.
 *
 * @param bytes of the file, but for a seal
 * @throws BadArchive when it is damaged, cut off, of a newer selfos, or none at all
 */
export async function readArchive(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  receiver: Receiver,
  swelling: Swelling,
): Promise<Contents> {
  const reading = new Reading(receiver);
  for await (const lines of linesIn(bytes)) {
    for (const line of lines) {
      swelling.unpacked(line.length);
      const begun = reading.take(line);
      if (begun !== undefined) await begun;
    }
  }
  return reading.end();
}

/** The first line of an archive. @throws BadArchive */
export function headerIn(line: Uint8Array): Header {
  const value = parsed(line);
  const { format, version, schema } = Object(value);
  if (format !== "selfos-archive") throw new BadArchive("it is no archive of selfos");
  const newer = "install the newer selfos that made it";
  if (Number.isSafeInteger(version) && version > FORMAT) {
    throw new BadArchive(`it has the format ${version}, newer than this selfos knows`, newer);
  }
  const { data, error } = Header.safeParse(value);
  if (error) throw new BadArchive("its first line is damaged");
  if (!Object.hasOwn(STEPS, data.schema)) {
    throw new BadArchive(`its schema has ${schema}, newer than this selfos knows`, newer);
  }
  return data;
}

class Reading {
  #header: Header | undefined;
  #headerSum = "";
  readonly #sums: Sums = {};
  /** Place of the last table in the order of all. */
  #place = -1;
  #table: { name: string; width: number; hash: Hash; rows: number } | undefined;
  #ended = false;

  constructor(private readonly receiver: Receiver) {}

  take(line: Uint8Array): Promise<void> | undefined {
    if (line.length > LONGEST_LINE * 4) throw new BadArchive("it has a line that no row fills");
    if (this.#ended) throw new BadArchive("there is something after its end");
    if (this.#header === undefined) {
      this.#header = headerIn(line);
      this.#headerSum = createHash("sha256").update(line).digest("hex");
      return this.receiver.begin(this.#header);
    }
    const value = parsed(line);
    if (Array.isArray(value)) this.#takeRow(value, line);
    else if (Object(value).end === true) this.#takeEnd(value);
    else this.#takeTable(value, line);
    return undefined;
  }

  end(): Contents {
    if (this.#header === undefined || !this.#ended) throw new BadArchive("it is cut off");
    return { header: this.#header, sums: this.#sums };
  }

  #takeRow(values: readonly unknown[], line: Uint8Array): void {
    if (this.#table === undefined || values.length !== this.#table.width) {
      throw new BadArchive("it has a row that belongs to no table");
    }
    this.#table.hash.update(line);
    this.#table.rows++;
    this.receiver.row(values);
  }

  #takeTable(value: unknown, line: Uint8Array): void {
    const { data, error } = TableLine.safeParse(value);
    if (error) throw new BadArchive("it has a line that says nothing");
    this.#finishTable();
    const place = ARCHIVED.findIndex(({ name }) => name === data.table);
    if (place <= this.#place) {
      throw new BadArchive(`it has ${data.table} where that does not belong`);
    }
    this.#place = place;
    const hash = createHash("sha256").update(line);
    this.#table = { name: data.table, width: data.columns.length, hash, rows: 0 };
    this.receiver.table(data.table, data.columns);
  }

  #finishTable(): void {
    if (this.#table === undefined) return;
    const { name, hash, rows } = this.#table;
    this.#sums[name] = { rows, sha256: hash.digest("hex") };
  }

  #takeEnd(value: unknown): void {
    this.#finishTable();
    this.#ended = true;
    const { data, error } = Trailer.safeParse(value);
    if (error) throw new BadArchive("its last line is damaged");
    const says = new Set(Object.keys(data.tables));
    const isSame = data.header === this.#headerSum &&
      Object.entries(this.#sums).every(([name, { rows, sha256 }]) =>
        says.delete(name) && data.tables[name]?.rows === rows &&
        data.tables[name]?.sha256 === sha256
      );
    if (!isSame || says.size > 0) throw new BadArchive("its rows are not those that were counted");
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parsed(line: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(line));
  } catch (error) {
    throw new BadArchive("it has a line that cannot be read", undefined, error);
  }
}
