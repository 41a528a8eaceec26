import { AppError } from "../errors.ts";
import { columnsIn } from "./csv/header.ts";
import type { Input } from "./document.ts";
import { IMPORT_FORMATS, type ImportFormat } from "./formats.ts";

/**
 * What a file or folder is, by what it holds.
 *
 * @throws AppError `invalid_input` when it is nothing that can be imported
 */
export function detect({ name, files, isFolder }: Input): ImportFormat {
  const paths = [...files.keys()];
  if (isFolder && paths.some((path) => /\.md$/i.test(path))) return "markdown";
  const [text = ""] = files.values();
  const found = formatOf(text.trimStart()) ?? (/\.md$/i.test(name) ? "markdown" : undefined);
  if (found !== undefined) return found;
  throw new AppError(
    "invalid_input",
    `Cannot tell what ${name} is`,
    `name its format: --from ${IMPORT_FORMATS.join(", ")}`,
  );
}

function formatOf(text: string): ImportFormat | undefined {
  if (/^BEGIN:VCALENDAR/i.test(text)) return "ics";
  if (/^\{[^}]*"type"\s*:\s*"(entity|relation)"/.test(text)) return "memory";
  if (/^\{\s*"format"/.test(text)) return "json";
  const [head = ""] = text.split(/\r?\n/, 1);
  const columns = columnsIn(head);
  if (columns.includes("type") && columns.includes("content")) return "todoist";
  return columns.includes("title") ? "csv" : undefined;
}
