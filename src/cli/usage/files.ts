import { dirname } from "node:path";
import { absolute, type Surroundings } from "../../config/values.ts";
import { partOf, previousOf } from "../../places.ts";
import type { Invocation } from "../usage.ts";
import type { Command, Option } from "./command.ts";
import { COMMANDS } from "./commands.ts";

/** What a command may do with the files and folders that its command line names, by whole paths. */
export interface NamedFiles {
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Folders in which names are changed. They are not opened to it, as that would open all that is in them. */
  readonly folders: readonly string[];
}

/** A command line whose files and folders are named from the root on. */
export interface WithFiles {
  readonly invocation: Invocation;
  readonly files: NamedFiles;
}

/** The files and folders that a command line names: no more of the disk is opened to the command. */
export function namedFiles(invocation: Invocation, around: Surroundings): WithFiles {
  const { command, options, positionals } = invocation;
  const { options: known = {}, reads }: Command = COMMANDS[command];
  const read: string[] = [];
  const write: string[] = [];
  const folders: string[] = [];
  const named = Object.entries(options).map(([name, value]): [string, typeof value] => {
    const option: Option | undefined = known[name];
    if (option?.file === undefined || typeof value !== "string" || value === "") {
      return [name, value];
    }
    const path = absolute(value, around);
    if (option.file === "read") read.push(path);
    else {
      // It is made beside its place, and what it replaces is kept until then.
      const places = [path, partOf(path), previousOf(path)];
      write.push(...places);
      read.push(...places);
      folders.push(dirname(path));
    }
    return [name, path];
  });
  const [first, ...others] = positionals;
  const file = reads && first ? pathIn(first, reads, around) : undefined;
  if (file !== undefined) read.push(file);
  return {
    invocation: {
      command,
      options: Object.fromEntries(named),
      positionals: file === undefined ? positionals : [file, ...others],
    },
    files: { read, write, folders },
  };
}

/** What names a folder is a path; what has the name of a file that is here stands for that. */
function pathIn(
  text: string,
  reads: "path" | "file or id",
  around: Surroundings,
): string | undefined {
  const path = absolute(text, around);
  if (reads === "path" || /[/\\]/.test(text)) return path;
  try {
    return Deno.statSync(path).isFile ? path : undefined;
  } catch {
    return undefined;
  }
}
