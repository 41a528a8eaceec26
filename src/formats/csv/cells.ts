/** What a spreadsheet takes for a formula, however often it was guarded already. */
const FORMULA = /^'*[=+\-@\t\r\n]/;

/** Guarded by an apostrophe; what is guarded is told apart from what begins with one itself. */
const GUARDED = /^'+[=+\-@\t\r\n]/;

/** A row of RFC 4180, in which no cell is a formula. */
export function rowOf(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}

function cellOf(text: string): string {
  const guarded = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** The text that was written into a cell. */
export function textIn(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}

/** Several texts in one cell. */
export function joined(texts: readonly string[]): string {
  return texts.map((text) => text.replace(/[\\;]/g, "\\$&")).join("; ");
}

/** The texts that {@linkcode joined} put into one cell. */
export function parted(cell: string): string[] {
  const texts = cell.match(/(?:\\.|[^\\;])+/gsu) ?? [];
  return texts.map((text) => text.replace(/\\(.)/gsu, "$1").trim()).filter((text) => text !== "");
}
