import { AppError } from "./errors.ts";

/**
 * Reads `NAME=value` lines: `#` comments, an optional `export`, values bare or in quotes.
 *
 * @throws AppError `invalid_input` naming the line
 */
export function parseEnvFile(text: string, path: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match =
      /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^#"'][^#]*?|))\s*(?:#.*)?$/
        .exec(line);
    const name = match?.[1];
    if (!match || !name) {
      throw new AppError(
        "invalid_input",
        `Cannot read ${path} as line ${index + 1} is not NAME=value`,
      );
    }
    variables[name] = match[2] ?? match[3] ?? match[4] ?? "";
  }
  return variables;
}
