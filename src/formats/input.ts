import { AppError, messageOf } from "../errors.ts";
import type { Input, Problem } from "./document.ts";

/** All that is imported at once is held in memory; in bytes. */
const LARGEST = 32 * 1024 * 1024;
const MOST_FILES = 20_000;

/** What of a folder is read. */
const READ = /\.(md|csv)$/i;

/**
 * Reads a file, or of a folder what may be of ours; what is not read of it, or cannot be, is told.
 *
 * @throws AppError `not_found` when nothing is there; `invalid_input` when it is too large, or no text
 */
export async function readInput(path: string): Promise<Input> {
  const name = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
  const { isDirectory, isFile, size } = await lookAt(path);
  if (isFile) {
    if (size > LARGEST) throw tooLarge(path);
    const text = textIn(await Deno.readFile(path));
    if (typeof text !== "string") {
      const { why, advice } = text;
      throw new AppError("invalid_input", `Cannot import ${path} as ${why}`, advice);
    }
    return { name, isFolder: false, files: new Map([[name, text]]), leftOut: [], unreadable: [] };
  }
  if (!isDirectory) {
    throw new AppError("invalid_input", `Cannot import ${path} as it is no file and no folder`);
  }
  const files = new Map<string, string>();
  const unreadable: Problem[] = [];
  const { paths, leftOut } = await pathsIn(path, "");
  let total = 0;
  for (const inner of paths.sort()) {
    total += (await Deno.stat(`${path}/${inner}`)).size;
    if (total > LARGEST) throw tooLarge(path);
    const text = textIn(await Deno.readFile(`${path}/${inner}`));
    if (typeof text === "string") files.set(inner, text);
    else unreadable.push({ place: inner, message: `${text.why}: ${text.advice}` });
  }
  if (files.size > 0) {
    return { name, isFolder: true, files, leftOut: leftOut.sort(), unreadable };
  }
  const [first] = unreadable;
  const why = first === undefined
    ? "no .md or .csv file is in it"
    : `nothing in it can be read; ${first.place}: ${first.message}`;
  throw new AppError(
    "invalid_input",
    `Cannot import the folder ${path} as ${why}`,
    "name the file that is to be imported",
  );
}

async function lookAt(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    throw new AppError(
      error instanceof Deno.errors.NotFound ? "not_found" : "unavailable",
      `Cannot read ${path}: ${messageOf(error)}`,
      "name a file or folder that is there",
    );
  }
}

interface Found {
  readonly paths: string[];
  readonly leftOut: string[];
}

async function pathsIn(root: string, below: string): Promise<Found> {
  const paths: string[] = [];
  const leftOut: string[] = [];
  for await (const entry of Deno.readDir(`${root}/${below}`)) {
    const path = `${below}${entry.name}`;
    const why = whyNot(entry);
    if (why !== undefined) leftOut.push(`${path} is left out, as it is ${why}.`);
    else if (entry.isDirectory) {
      const deeper = await pathsIn(root, `${path}/`);
      paths.push(...deeper.paths);
      leftOut.push(...deeper.leftOut);
    } else paths.push(path);
    if (paths.length > MOST_FILES) throw tooLarge(root);
  }
  return { paths, leftOut };
}

/** Why something in a folder is not read; nothing where it is. */
function whyNot({ name, isDirectory, isFile }: Deno.DirEntry): string | undefined {
  if (name.startsWith(".")) return "hidden";
  if (isDirectory) return undefined;
  if (!isFile) return "a link, or no file";
  return READ.test(name) ? undefined : "no .md or .csv file";
}

interface NoText {
  readonly why: string;
  readonly advice: string;
}

function textIn(bytes: Uint8Array): string | NoText {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3) {
    return { why: "it is a ZIP archive", advice: "unpack it and import what is inside" };
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { why: "it is UTF-16", advice: "save it as UTF-8" };
  }
  if (bytes.includes(0)) return { why: "it is no text", advice: "name a file of text" };
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { why: "it is not valid UTF-8", advice: "save it as UTF-8" };
  }
}

function tooLarge(path: string): AppError {
  return new AppError(
    "invalid_input",
    `Cannot import ${path} as it is larger than ${LARGEST / 1024 / 1024} MB, or too many files`,
    "split it and import the parts one after the other",
  );
}
