/** Whether a value is a JSON object, not a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NAMES_AND_BRACES = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g;

/** The first member that an object in a valid JSON text has twice: readers differ in which one counts. */
export function repeatedMember(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, text, colon] of json.matchAll(NAMES_AND_BRACES)) {
    if (token === "{") open.push(new Set());
    if (token === "}") open.pop();
    if (text === undefined || colon === undefined) continue;
    const name: string = JSON.parse(text);
    if (open.at(-1)?.has(name)) return name;
    open.at(-1)?.add(name);
  }
  return undefined;
}
