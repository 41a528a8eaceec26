import { settingNames, SETTINGS } from "../config.ts";
import { UsageError } from "../errors.ts";
import type { Run } from "./command.ts";
import { isCommand, optionsOf, unknownCommand } from "./usage.ts";
import type { Command } from "./usage/command.ts";
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

/** All commands as text for a terminal. */
function overview(): string {
  return [
    "SelfOS gives AI assistants safe access to your goals and tasks.",
    "",
    "Usage: selfos COMMAND [options]",
    "",
    ...columns(Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary])),
    "",
    "Settings, as flags of any command or as variables:",
    ...columns(settingNames().map((name) => [SETTINGS[name].variable, plain(SETTINGS[name].help)])),
    "",
    "selfos help COMMAND explains a command and its options.",
  ].join("\n");
}

/** The command and all its options as text for a terminal. */
function helpFor(name: CommandName): string {
  const command: Command = COMMANDS[name];
  const usage = ["selfos", name, command.usage, "[options]"].filter(Boolean).join(" ");
  return [
    `${capital(command.summary)}.`,
    "",
    `Usage: ${usage}`,
    ...(command.example ? [`Example: ${command.example}`] : []),
    "",
    "Options:",
    ...columns(
      Object.entries(optionsOf(name)).map(([option, { value, help }]) => [
        `--${option}${value ? ` ${value}` : ""}`,
        plain(help),
      ]),
    ),
  ].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}

/** Help texts are written for the README; a terminal shows no code marks. */
function plain(help: string): string {
  return help.replaceAll("`", "");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
