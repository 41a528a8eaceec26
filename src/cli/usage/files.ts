import { absolute, type Surroundings } from "../../config/values.ts";
import { type Command, COMMANDS } from "./commands.ts";
import type { Invocation } from "../usage.ts";

/** The files and folders of the person that a command line names, by whole paths. */
export interface NamedFiles {
  readonly read?: string;
  readonly write?: string;
}

/** What a command line names, seen from where it was typed. */
export function namedFiles(
  { command, options, positionals }: Invocation,
  around: Surroundings,
): NamedFiles {
  const { files = {} }: Command = COMMANDS[command];
  const [first] = positionals;
  const out = files.writes === undefined ? undefined : options[files.writes];
  return {
    ...(files.reads && first ? { read: absolute(first, around) } : {}),
    ...(typeof out === "string" && out !== "" ? { write: absolute(out, around) } : {}),
  };
}
