import { parse } from "csv-parse/sync";
import { z } from "zod";
import { AppError, messageOf, quote } from "../../errors.ts";
import type { Problem } from "../document.ts";
import { columnOf, delimiterOf } from "./header.ts";

/** A row under the header of its table. */
export interface Row {
  /** Where it begins. */
  readonly place: string;
  readonly cells: ReadonlyMap<string, string>;
}

export interface Table {
  /** In small letters. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly problems: readonly Problem[];
}

const Records = z.array(z.object({
  record: z.array(z.string()),
  /** Up to which line it goes. */
  info: z.object({ lines: z.number() }),
}));

/**
 * The rows of a CSV file with a header. Between cells are commas, or semicolons as some spreadsheets have
 * it.
 *
 * @throws AppError `invalid_input` when the quotes do not match, or two columns have one name
 */
export function readTable(text: string): Table {
  const [head = ""] = text.trimStart().split(/\r?\n/, 1);
  const [header, ...records] = parsed(text, delimiterOf(head));
  const columns = header?.record.map(columnOf) ?? [];
  const repeated = columns.find((name, index) => name !== "" && columns.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new AppError(
      "invalid_input",
      `Cannot import the file as CSV as several of its columns have one name: got ${
        quote(repeated)
      }`,
      "rename all but one of them in its first line",
    );
  }
  const rows: Row[] = [];
  const problems: Problem[] = [];
  for (const { record, info } of records) {
    const breaks = record.join("").match(/\r\n|\n|\r/g)?.length ?? 0;
    const place = `line ${info.lines - breaks}`;
    if (record.length === columns.length) {
      const cells = new Map(columns.map((name, index) => [name, record[index] ?? ""]));
      rows.push({ place, cells });
    } else {
      const message = `it has ${record.length} cells under a header of ${columns.length}`;
      problems.push({ place, message });
    }
  }
  return { columns, rows, problems };
}

function parsed(text: string, delimiter: string): z.output<typeof Records> {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true };
    return Records.parse(parse(text, { ...options, delimiter }));
  } catch (error) {
    throw new AppError(
      "invalid_input",
      `Cannot import the file as CSV: ${messageOf(error)}`,
      "mend the quotes there; in a quoted cell, a quote is written twice",
    );
  }
}
