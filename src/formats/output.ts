import { dirname } from "node:path";
import { AppError, messageOf } from "../errors.ts";
import { partOf, previousOf, syncFolder } from "../places.ts";

/** What a folder is: an export as it was written, one that was changed since, or something else. */
export type Standing = "untouched" | "edited" | "foreign";

type StandingOf = (files: ReadonlyMap<string, string>) => Standing;

/** Whether a file lies there, which an export would replace. */
export async function holdsFile(path: string): Promise<boolean> {
  const info = await statOf(path);
  return info !== undefined && !info.isDirectory;
}

/**
 * Whether an export lies there that was changed since it was written. What an export left beside the place
 * that did not end is brought back first.
 *
 * @param standingOf what a folder of these files, with these texts, is
 * @throws AppError `conflict` when something else lies there
 */
export async function holdsEdits(path: string, standingOf: StandingOf): Promise<boolean> {
  await standingAt(partOf(path), standingOf);
  const previous = await standingAt(previousOf(path), standingOf);
  if (previous !== undefined && await statOf(path) === undefined) {
    await inPlace(path, () => Deno.rename(previousOf(path), path));
  }
  return await standingAt(path, standingOf) === "edited";
}

/** Writes a file that only its owner may read; it is there whole, or as it was, with nothing beside it. */
export async function writeFile(path: string, text: string): Promise<void> {
  await inPlace(path, async () => {
    const info = await statOf(path);
    if (info?.isDirectory) throw new Error("it is a folder");
    await clearing(() => removeFile(partOf(path)), async () => {
      await writeSynced(partOf(path), text);
      await Deno.rename(partOf(path), path);
    });
  });
}

/**
 * Writes a folder of files; it is there whole, or as it was: where that is cut short between two names,
 * {@linkcode holdsEdits} brings it back. An export that is there already is replaced.
 *
 * @param files by their paths in the folder
 * @throws AppError `conflict` when something else lies there
 */
export async function writeFolder(
  path: string,
  files: ReadonlyMap<string, string>,
  standingOf: StandingOf,
): Promise<void> {
  await holdsEdits(path, standingOf);
  await inPlace(path, async () => {
    for (const left of [partOf(path), previousOf(path)]) await removeFolder(left);
    await clearing(() => removeFolder(partOf(path)), async () => {
      await writeFiles(partOf(path), files);
      const isThere = await statOf(path) !== undefined;
      if (isThere) await Deno.rename(path, previousOf(path));
      await Deno.rename(partOf(path), path);
      if (isThere) await removeFolder(previousOf(path));
    });
  });
}

async function writeFiles(root: string, files: ReadonlyMap<string, string>): Promise<void> {
  await Deno.mkdir(root, { mode: 0o700 });
  for (const [name, text] of files) {
    const folder = name.split("/").slice(0, -1).join("/");
    if (folder) await Deno.mkdir(`${root}/${folder}`, { mode: 0o700, recursive: true });
    await writeSynced(`${root}/${name}`, text);
  }
}

async function standingAt(path: string, standingOf: StandingOf): Promise<Standing | undefined> {
  const info = await statOf(path);
  if (info === undefined) return undefined;
  const files = info.isDirectory ? await textsIn(path, "") : undefined;
  if (files?.size === 0) return "untouched";
  const standing = files === undefined ? "foreign" : standingOf(files);
  if (standing !== "foreign") return standing;
  throw new AppError(
    "conflict",
    `Cannot write the export to ${path} as something else lies there`,
    "choose another --out, or move it elsewhere",
  );
}

/** The texts of a folder that has nothing but files of text, in it and in the folders below. */
async function textsIn(root: string, below: string): Promise<Map<string, string> | undefined> {
  const files = new Map<string, string>();
  for await (const { name, isDirectory, isFile } of Deno.readDir(`${root}/${below}`)) {
    const inner = `${below}${name}`;
    if (isFile && name.endsWith(".md")) {
      files.set(inner, await Deno.readTextFile(`${root}/${inner}`));
    } else if (isDirectory && below === "") {
      const deeper = await textsIn(root, `${inner}/`);
      if (deeper === undefined) return undefined;
      for (const [path, text] of deeper) files.set(path, text);
    } else return undefined;
  }
  return files;
}

async function inPlace(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
    syncFolder(dirname(path));
  } catch (error) {
    throw new AppError(
      "unavailable",
      `Cannot write the export to ${path}: ${messageOf(error)}`,
      "choose another --out, in a folder that is there and has room",
      { cause: error },
    );
  }
}

/** Leaves nothing of what could not be finished: it would but keep a full disk full. */
async function clearing(remove: () => Promise<void>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const left = await remove().then(() => undefined, messageOf);
    if (left === undefined) throw error;
    throw new Error(`${messageOf(error)}; what was begun is left there: ${left}`, { cause: error });
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  await removeFile(path);
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(await file.write(bytes));
  await file.sync();
}

async function removeFile(path: string): Promise<void> {
  const info = await statOf(path);
  if (info !== undefined) await Deno.remove(path);
}

async function removeFolder(path: string): Promise<void> {
  const info = await statOf(path);
  if (info !== undefined) await Deno.remove(path, { recursive: true });
}

/** Of the thing itself, not of what a link leads to. */
async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
