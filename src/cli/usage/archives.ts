import { absolute, type Surroundings } from "../../config/values.ts";
import { AppError, UsageError } from "../../errors.ts";
import type { Invocation } from "../usage.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";

/**
 * The command line in which a name that an archive in the folder of backups has does not stand for a file of
 * the same name where one is.
 */
export function namedArchive(
  invocation: Invocation,
  folder: string,
  around: Surroundings,
): Invocation {
  const { command, positionals: [name, ...others] } = invocation;
  const { reads }: Command = COMMANDS[command];
  if (reads !== "file or id" || !name || /[/\\]/.test(name)) return invocation;
  if (!statOf(absolute(name, around))?.isFile) return invocation;
  const found = ["", ".selfos.gz", ".selfos.gz.age"].map((end) => `${folder}/${name}${end}`)
    .filter((path) => statOf(path)?.isFile);
  const [path = name] = found;
  return { ...invocation, positionals: [path, ...others] };
}

/**
 * Refuses to write an archive where no file can be.
 *
 * @throws UsageError without a name; AppError `conflict` where it is that of a folder
 */
export function refuseFolder({ command, options: { out } }: Invocation): void {
  if (command !== "backup create" || typeof out !== "string") return;
  if (out === "") {
    throw new UsageError("Cannot write the archive as --out is empty", "name a file with --out");
  }
  if (!/[/\\]$/.test(out) && !statOf(out)?.isDirectory) return;
  throw new AppError(
    "conflict",
    `Cannot write the archive to ${out} as that is a folder`,
    `name a file in it, as ${out.replace(/[/\\]+$/, "")}/life.selfos.gz`,
  );
}

/** What cannot be looked at, the command itself tells of. */
function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
