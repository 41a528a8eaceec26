import { UsageError } from "../errors.ts";
import type { Run } from "./command.ts";
import { helpFor, isCommand, overview, unknownCommand } from "./usage.ts";
import { type CommandName, COMMANDS } from "./usage/commands.ts";

/** Explains one command, or lists them all. */
export function run({ invocation, out }: Run): Promise<void> {
  const name = invocation.positionals.join(" ");
  const commands = Object.keys(COMMANDS).filter(isCommand);
  if (name === "") out.answer({ commands }, overview);
  else if (isCommand(name)) out.answer({ command: name, help: helpFor(name) }, () => helpFor(name));
  else {
    const group = commands.filter((command) => command.startsWith(`${name} `));
    if (group.length === 0) throw unknown(invocation.positionals);
    out.answer(
      { commands: group },
      () => group.map((command: CommandName) => helpFor(command)).join("\n\n"),
    );
  }
  return Promise.resolve();
}

function unknown([first = "", second]: readonly string[]): UsageError {
  return unknownCommand(first, second);
}
