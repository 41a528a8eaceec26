import { AppError } from "../errors.ts";

/** No tool's input is nested deeper. */
const DEEPEST = 20;

/**
 * Refuses what no store can keep as text, and nesting that no tool asks for.
 *
 * @throws AppError `invalid_input` naming the place
 */
export function refuseBrokenText(tool: string, args: unknown): void {
  const waiting: { value: unknown; path: string; depth: number }[] = [
    { value: args, path: "", depth: 0 },
  ];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { value, path, depth } = part;
    if (typeof value === "string") refuseText(tool, value, path);
    if (typeof value !== "object" || value === null) continue;
    if (depth === DEEPEST) {
      throw new AppError(
        "invalid_input",
        `Cannot ${tool} as ${path.split(".")[0]} is nested more than ${DEEPEST} deep`,
      );
    }
    for (const [name, member] of Object.entries(value)) {
      refuseText(tool, name, "the name of an argument");
      waiting.push({
        value: member,
        path: path === "" ? name : `${path}.${name}`,
        depth: depth + 1,
      });
    }
  }
}

function refuseText(tool: string, text: string, path: string): void {
  const fault = text.includes("\0")
    ? "a NUL character"
    : text.isWellFormed()
    ? undefined
    : "half a surrogate pair";
  if (fault === undefined) return;
  throw new AppError(
    "invalid_input",
    `Cannot ${tool} as ${path} contains ${fault}, which is no text`,
    "send the text without it",
  );
}
