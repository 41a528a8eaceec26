/** Text that is JSON already; absent in runtimes that have no such thing. */
const rawJson: unknown = Reflect.get(JSON, "rawJSON");

/**
 * Lets the parts of an answer that is given again and again be written as JSON once. They must not be
 * changed any more.
 */
export function renderOnce(answer: Readonly<Record<string, unknown>>): void {
  if (typeof rawJson !== "function") return;
  for (const part of Object.values(answer)) {
    if (typeof part !== "object" || part === null || "toJSON" in part) continue;
    const text: unknown = rawJson(JSON.stringify(part));
    Object.defineProperty(part, "toJSON", { value: () => text });
  }
}
