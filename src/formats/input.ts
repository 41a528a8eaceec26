import { AppError, messageOf } from "../errors.ts";
import type { Input } from "./document.ts";

/** All that is imported at once is held in memory; in bytes. */
const LARGEST = 32 * 1024 * 1024;
const MOST_FILES = 20_000;

/** What of a folder is read; whatever else lies there is none of ours. */
const READ = /\.(md|csv)$/i;

/**
 * Reads a file, or a folder without the links in it.
 *
 * @throws AppError `not_found` when nothing is there; `invalid_input` when it is too large, or no text
 */
export async function readInput(path: string): Promise<Input> {
  const name = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
  const { isDirectory, isFile, size } = await lookAt(path);
  if (isFile) {
    if (size > LARGEST) throw tooLarge(path);
    return { name, isFolder: false, files: new Map([[name, await readText(path)]]) };
  }
  if (!isDirectory) {
    throw new AppError("invalid_input", `Cannot import ${path} as it is no file and no folder`);
  }
  const files = new Map<string, string>();
  let total = 0;
  for (const inner of (await pathsIn(path, "")).sort()) {
    total += (await Deno.stat(`${path}/${inner}`)).size;
    if (total > LARGEST) throw tooLarge(path);
    files.set(inner, await readText(`${path}/${inner}`));
  }
  if (files.size > 0) return { name, isFolder: true, files };
  throw new AppError(
    "invalid_input",
    `Cannot import the folder ${path} as no .md or .csv file is in it`,
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

async function pathsIn(root: string, below: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(`${root}/${below}`)) {
    if (isDirectory && !name.startsWith(".")) {
      paths.push(...await pathsIn(root, `${below}${name}/`));
    }
    if (isFile && READ.test(name)) paths.push(`${below}${name}`);
    if (paths.length > MOST_FILES) throw tooLarge(root);
  }
  return paths;
}

async function readText(path: string): Promise<string> {
  const bytes = await Deno.readFile(path);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3) {
    throw noText(path, "it is a ZIP archive", "unpack it and import what is inside");
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw noText(path, "it is UTF-16", "save it as UTF-8");
  }
  if (bytes.includes(0)) throw noText(path, "it is no text", "name a file of text");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw noText(path, "it is not valid UTF-8", "save it as UTF-8");
  }
}

function noText(path: string, why: string, advice: string): AppError {
  return new AppError("invalid_input", `Cannot import ${path} as ${why}`, advice);
}

function tooLarge(path: string): AppError {
  return new AppError(
    "invalid_input",
    `Cannot import ${path} as it is larger than ${LARGEST / 1024 / 1024} MB, or too many files`,
    "split it and import the parts one after the other",
  );
}
