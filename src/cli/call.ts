import { openApp, principalOf } from "../app.ts";
import { callAs } from "../app/shell.ts";
import { quote, UnknownTool, UsageError } from "../errors.ts";
import { positional, type Run } from "./command.ts";

/** Runs one tool as the holder of the key, or as the local user, through the same pipeline as a client's call. */
export async function run(order: Run): Promise<void> {
  const { invocation, config, out, stop } = order;
  const name = positional(order, 0);
  const args = argumentsOf(invocation.positionals.slice(1));
  await using app = await openApp(config);
  const principal = await principalOf(app, config);
  try {
    const { output, text } = await callAs(app, principal, name, args, stop);
    out.answer(output, () => text);
  } catch (error) {
    if (error instanceof UnknownTool) throw new UsageError(error.message, "selfos help call");
    throw error;
  }
}

/** One JSON object, or `key=value` pairs whose values may be JSON. */
function argumentsOf(words: readonly string[]): Record<string, unknown> {
  const [only] = words;
  if (words.length === 1 && only?.trimStart().startsWith("{")) {
    try {
      return JSON.parse(only);
    } catch {
      throw new UsageError(
        `Cannot read ${quote(only)} as JSON`,
        `quote it for the shell: '{"title": "Buy milk"}'`,
      );
    }
  }
  return Object.fromEntries(words.map((word) => {
    const at = word.indexOf("=");
    if (at < 1) throw new UsageError(`Cannot read ${quote(word)}`, "write key=value");
    return [word.slice(0, at), word.slice(at + 1)];
  }));
}
