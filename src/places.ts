import { basename, dirname, join } from "node:path";
import { messageOf } from "./errors.ts";

/** Where a file or folder is made before it takes its place; nobody else gives such names. */
export function partOf(path: string): string {
  return besides(path, "part");
}

/** Where a folder lies that is about to be replaced. */
export function previousOf(path: string): string {
  return besides(path, "previous");
}

/** Whether what has this name is being made, or was left by a process that was ended. */
export function isPart(name: string): boolean {
  return name.startsWith(".") && name.endsWith(".selfos-part");
}

/**
 * A name that was changed stays so after a failure of the power. In a folder that may not be opened, whoever
 * started this process sees to that once it ends.
 */
export function syncFolder(folder: string): void {
  const { state } = Deno.permissions.querySync({ name: "read", path: folder });
  if (state !== "granted") return;
  using handle = openFolder(folder);
  handle?.syncSync();
}

/** A folder that can be synced; none on Windows, which keeps names without being asked. */
export function openFolder(folder: string): Deno.FsFile | undefined {
  return Deno.build.os === "windows" ? undefined : Deno.openSync(folder, { read: true });
}

/** What is wrong with the disk or its folders, if that is what failed. */
export function diskFault(error: unknown): string | undefined {
  const reason = messageOf(error);
  if (/no space|os error (28|122)|quota|disk (is )?full|disk i\/o/i.test(reason)) {
    return "the disk is full or failing";
  }
  return Object.values(Deno.errors).some((kind) => error instanceof kind) ? reason : undefined;
}

function besides(path: string, what: "part" | "previous"): string {
  return join(dirname(path), `.${basename(path)}.selfos-${what}`);
}
