import { type App, openApp, principalOf } from "../app.ts";
import { callAs, rehearse } from "../app/shell.ts";
import { quote, UnknownTool, UsageError } from "../errors.ts";
import type { Principal } from "../permissions.ts";
import { positional, type Run, textOption } from "./command.ts";

/** Runs one tool as the holder of the key, or as the local user, through the same pipeline as a client's call. */
export async function run(order: Run): Promise<void> {
  const { invocation, config, model, out, stop } = order;
  const name = positional(order, 0);
  const args = argumentsOf(invocation.positionals.slice(1));
  const rehearsal = invocation.options["dry-run"] === true;
  await using app = await openApp(config, { rehearsal, model });
  const principal = await actingAs(order, app);
  try {
    if (rehearsal) return await judge(order, app, principal, name, args);
    const { output, text } = await callAs(app, principal, name, args, stop);
    out.answer(output, () => text);
  } catch (error) {
    if (error instanceof UnknownTool) throw new UsageError(error.message, "selfos help call");
    throw error;
  }
}

async function actingAs(order: Run, app: App): Promise<Principal> {
  const id = textOption(order, "as");
  if (id === undefined) return await principalOf(app, order.config);
  const { apiKey, user, level } = order.config.given;
  const other = apiKey ?? user ?? level;
  if (other !== undefined) {
    throw new UsageError(
      `Cannot use ${other} beside --as: the key says who acts`,
      `leave out ${other}`,
    );
  }
  return await (await app.auth()).principalOf(id);
}

/** Says whether the call would be allowed, and if not, why and what would do. */
async function judge(
  { out, stop }: Run,
  app: App,
  principal: Principal,
  name: string,
  args: Record<string, unknown>,
): Promise<void> {
  const judgement = await rehearse(app, principal, name, args, stop);
  const who = `${principal.id} of ${principal.user_id}`;
  const { areas } = principal;
  const within = areas === undefined ? "" : `, on what is in the life areas ${areas.join(", ")}`;
  out.answer(
    { tool: name, ...judgement, ...(areas && judgement.allowed ? { areas } : {}) },
    () => {
      if (!judgement.allowed) {
        const { rule, grant } = judgement;
        return `${who} may not call ${name}: ${rule}.${
          grant ? `\nIt would take this: ${grant}.` : ""
        }`;
      }
      const failing = judgement.fails ? `\nWith these arguments it fails: ${judgement.fails}` : "";
      return `${who} may call ${name}${within}.${failing}`;
    },
  );
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
