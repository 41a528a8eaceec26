import { isObject } from "../json.ts";

/** The readable twin of structured content: a line for every item, the rest as `name value`. */
export function textOf(output: Readonly<Record<string, unknown>>): string {
  const blocks = Object.entries(output).flatMap(([name, value]) => {
    if (value === null || value === undefined) return [];
    if (Array.isArray(value) && value.some(isObject)) {
      return value.map((item) => isObject(item) ? `- ${line(item)}` : `- ${scalar(item)}`);
    }
    if (Array.isArray(value) && value.some(Array.isArray)) {
      return value.map((row) => `- ${[row].flat().map(scalar).join(" · ")}`);
    }
    if (Array.isArray(value) && value.length === 0) return [`no ${name.replaceAll("_", " ")}`];
    if (isObject(value)) {
      const text = line(value);
      return text === "" ? [] : [isItem(value) ? text : `${name}: ${text}`];
    }
    return [`${name}: ${scalar(value)}`];
  });
  return blocks.join("\n");
}

/** One item: `#12 Buy milk · status pending · due_date 2026-11-27`. */
function line(item: Record<string, unknown>): string {
  const { id, title, name, content } = item;
  let text = id === undefined ? "" : `#${id}`;
  const called = title ?? name ?? content;
  if (called !== undefined) text += text === "" ? called : ` ${called}`;
  for (const [key, value] of Object.entries(item)) {
    if (HEAD.has(key) || value === null || value === undefined || value === "" || value === 0) {
      continue;
    }
    if (typeof value === "object" && Object.keys(value).length === 0) continue;
    text += `${text === "" ? "" : " · "}${key} ${detail(value)}`;
  }
  return text;
}

/** Said in front, or not worth a reader's while. */
const HEAD = new Set(["id", "title", "name", "content", "created_at", "updated_at"]);

/** Whether it says itself what it is. */
function isItem({ id, title, name, content }: Record<string, unknown>): boolean {
  return (id ?? title ?? name ?? content) !== undefined;
}

function detail(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map((item) => isObject(item) ? `(${line(item)})` : scalar(item)).join(", ");
  }
  return isObject(value)
    ? Object.entries(value).map(([key, member]) =>
      `${key} ${isObject(member) ? `(${detail(member)})` : scalar(member)}`
    ).join(", ")
    : scalar(value);
}

function scalar(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
