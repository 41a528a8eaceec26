import { DENIED, flagsOf, reachOf } from "../reach.ts";
import type { Run } from "./command.ts";
import { isCommand, unknownCommand } from "./usage.ts";

/** Shows what the worker of a command may reach under the present configuration. */
export function run({ config, model, invocation, out }: Run): Promise<void> {
  const command = invocation.positionals.join(" ") || "serve";
  if (!isCommand(command)) {
    const [first = "", second] = invocation.positionals;
    throw unknownCommand(first, second);
  }
  const reach = reachOf(command, config, model);
  const flags = flagsOf(reach);
  const listed = (values: readonly string[]) => values.length > 0 ? values.join(", ") : "nothing";
  const none = Object.fromEntries(DENIED.map((name) => [name, []]));
  out.answer({ command, ...reach, ...none, flags }, () =>
    [
      `selfos ${command} runs in a worker that may`,
      `  connect or listen   ${listed(reach.net)}`,
      `  read                ${listed(reach.read)}`,
      `  write               ${listed(reach.write)}`,
      "  read variables, start processes, load libraries, import code: nothing",
      "",
      `The same as: deno run ${flags.join(" ")}`,
    ].join("\n"));
  return Promise.resolve();
}
