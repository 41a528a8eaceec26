import { AppError } from "../errors.ts";
import type { Document, Input, Reading } from "./document.ts";

export const EXPORT_FORMATS = ["json", "markdown", "ics", "csv"] as const;
export type ExportFormat = typeof EXPORT_FORMATS[number];

/** `memory` is the file of the MCP memory server. */
export const IMPORT_FORMATS = [...EXPORT_FORMATS, "memory", "todoist"] as const;
export type ImportFormat = typeof IMPORT_FORMATS[number];

/** The formats that are more than one file. */
export const FOLDERS: readonly ExportFormat[] = ["markdown"];

/**
 * A document in a format: one file under the empty name, or a folder of files by their paths. The same
 * document always gives the same.
 *
 * @param zone that of the person, in whose clock times are written
 */
export async function writeAs(
  format: ExportFormat,
  document: Document,
  zone: string,
): Promise<ReadonlyMap<string, string>> {
  switch (format) {
    case "json":
      return one((await import("./json.ts")).writeJson(document));
    case "csv":
      return one((await import("./csv/write.ts")).writeCsv(document));
    case "ics":
      return one((await import("./ics/write.ts")).writeIcs(document, zone));
    case "markdown":
      return (await import("./markdown/write.ts")).writeMarkdown(document);
  }
}

/** @throws AppError `invalid_input` when it is not of the format at all */
export async function readAs(format: ImportFormat, input: Input): Promise<Reading> {
  const reading = await readingOf(format, input);
  return {
    ...reading,
    problems: [...input.unreadable, ...reading.problems],
    notes: [...input.leftOut, ...reading.notes],
  };
}

async function readingOf(format: ImportFormat, input: Input): Promise<Reading> {
  switch (format) {
    case "json":
      return (await import("./json.ts")).readJson(onlyFile(format, input));
    case "csv":
      return (await import("./csv/read.ts")).readCsv(onlyFile(format, input));
    case "ics":
      return await (await import("./ics/read.ts")).readIcs(onlyFile(format, input));
    case "memory":
      return (await import("./memory_graph.ts")).readMemoryGraph(onlyFile(format, input));
    case "todoist":
      return await (await import("./todoist/read.ts")).readTodoist(input);
    case "markdown":
      return (await import("./markdown/read.ts")).readMarkdown(input);
  }
}

function one(text: string): ReadonlyMap<string, string> {
  return new Map([["", text]]);
}

function onlyFile(format: ImportFormat, { files, isFolder, name }: Input): string {
  const [text] = files.values();
  if (!isFolder && text !== undefined) return text;
  throw new AppError(
    "invalid_input",
    `Cannot import ${name} as ${format} as it is a folder`,
    "name one of its files",
  );
}
