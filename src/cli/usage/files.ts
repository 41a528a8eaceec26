import { absolute, type Surroundings } from "../../config/values.ts";
import type { Invocation } from "../usage.ts";
import { type Command, COMMANDS, type Option } from "./commands.ts";

/** A command line whose files are named from the root on, and what it may do with them. */
export interface WithFiles {
  readonly invocation: Invocation;
  readonly files: { readonly read: readonly string[]; readonly write: readonly string[] };
}

/** The files that a command line names: no more of the disk is opened to the command. */
export function namedFiles(invocation: Invocation, around: Surroundings): WithFiles {
  const { command, options, positionals } = invocation;
  const { options: known = {}, reads }: Command = COMMANDS[command];
  const read: string[] = [];
  const write: string[] = [];
  const named = Object.entries(options).map(([name, value]): [string, typeof value] => {
    const option: Option | undefined = known[name];
    if (option?.file === undefined || typeof value !== "string") return [name, value];
    const path = absolute(value, around);
    if (option.file === "read") read.push(path);
    else {
      // It is written under another name, then renamed, and so is the entry of its folder.
      write.push(path, `${path}.part`);
      read.push(path, `${path}.part`, folderOf(path));
    }
    return [name, path];
  });
  const [first, ...others] = positionals;
  const file = reads && first !== undefined ? fileOf(first, around) : undefined;
  if (file !== undefined) read.push(file);
  return {
    invocation: {
      command,
      options: Object.fromEntries(named),
      positionals: file === undefined ? positionals : [file, ...others],
    },
    files: { read, write },
  };
}

/** What names a folder is a path; what has the name of a file that is here stands for that. */
function fileOf(text: string, around: Surroundings): string | undefined {
  const path = absolute(text, around);
  if (/[/\\]/.test(text)) return path;
  try {
    return Deno.statSync(path).isFile ? path : undefined;
  } catch {
    return undefined;
  }
}

function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return path.slice(0, Math.max(end, 1));
}
