import { onOneLine } from "../../insights/one_line.ts";
import { textOf } from "../../mcp/define.ts";

/** What became of a plan, an item on each line, whatever is written in it. */
export function appliedText(applied: Readonly<Record<string, unknown>>): string {
  return textOf(flat(applied));
}

function flat(record: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, flatValue(value)]),
  );
}

function flatValue(value: unknown): unknown {
  if (typeof value === "string") return onOneLine(value);
  if (Array.isArray(value)) return value.map(flatValue);
  return typeof value === "object" && value !== null ? flat(value) : value;
}
