import { AppError } from "./errors.ts";

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/;
const VALUE = /^(?:"([^"]*)"|'([^']*)'|([^"'\s#](?:.*?\S)?|))(?:\s+#.*|\s*)$/;

/**
 * Reads `NAME=value` lines: `#` comments after a blank, an optional `export`, values bare or in quotes.
 *
 * @throws AppError `invalid_input` naming the line
 */
export function parseEnvFile(text: string, path: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name, rest = ""] = ASSIGNMENT.exec(line) ?? [];
    const value = rest.startsWith("#") ? ["", ""] : VALUE.exec(rest);
    if (name === undefined || value === null) {
      throw new AppError(
        "invalid_input",
        `Cannot read ${path} as line ${index + 1} is not NAME=value`,
      );
    }
    variables[name] = value[1] ?? value[2] ?? value[3] ?? "";
  }
  return variables;
}
