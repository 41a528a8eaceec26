import { basename, dirname, normalize } from "node:path";
import { AppError, messageOf, quote } from "../errors.ts";
import { exists, removeLeftBehind } from "./format/file.ts";
import { isPart } from "../places.ts";
import { idOf, SEALED_SUFFIX, SUFFIX } from "./format/format.ts";

const ARCHIVE = /\.selfos\.gz(\.age)?$/;

/** Where archives lie unless told. */
export class Folder {
  constructor(readonly path: string) {}

  /** Makes the folder, and takes away what killed processes left in it. */
  prepare(): void {
    try {
      Deno.mkdirSync(this.path, { recursive: true, mode: 0o700 });
      for (const { name } of Deno.readDirSync(this.path)) {
        if (isPart(name) || name.startsWith(".scratch-")) removeLeftBehind(`${this.path}/${name}`);
      }
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  /** The archives in it, by their names. */
  files(): string[] {
    try {
      if (!exists(this.path)) return [];
      return [...Deno.readDirSync(this.path)]
        .filter(({ name, isFile }) => isFile && ARCHIVE.test(name))
        .map(({ name }) => `${this.path}/${name}`).sort();
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  /** The name of an archive that lies right in it; null where the path leads elsewhere. */
  nameOf(path: string): string | null {
    const name = basename(path);
    return ARCHIVE.test(name) && dirname(normalize(path)) === normalize(this.path) ? name : null;
  }

  /** The path of an archive of this name, where it is there. */
  pathOf(name: string | null | undefined): string | undefined {
    return this.files().find((file) => basename(file) === name);
  }

  /** The path of a new archive. */
  placeOf(id: string, isSealed: boolean): string {
    return `${this.path}/${id}${isSealed ? SEALED_SUFFIX : SUFFIX}`;
  }

  /**
   * The file that is meant by a path, or by the name of an archive in this folder, with its ending or not.
   *
   * @throws AppError `not_found`; `conflict` where several have the name
   */
  find(text: string): string {
    if (isPath(text)) return text;
    const named = this.files().filter((file) => idOf(file) === idOf(text));
    const exact = named.find((file) => file === `${this.path}/${text}`);
    const [found, ...others] = exact === undefined ? named : [exact];
    if (found !== undefined && others.length === 0) return found;
    if (found !== undefined) {
      throw new AppError(
        "conflict",
        `Cannot tell which backup is meant by ${quote(text)} as ${named.join(" and ")} are there`,
        "name one of these files",
      );
    }
    throw new AppError(
      "not_found",
      `Cannot find the backup ${quote(text)} in ${this.path}`,
      "selfos backup list shows the ids; a file that lies elsewhere is named by its path",
    );
  }

  #unusable(error: unknown): AppError {
    return new AppError(
      "unavailable",
      `Cannot use ${this.path} for backups: ${messageOf(error)}`,
      "make it writable for the user that runs selfos, or set SELFOS_DATA_DIR",
      { cause: error },
    );
  }
}

/** Whether it is meant as a path, and not as the name of something in a folder. */
export function isPath(text: string): boolean {
  return /[/\\]/.test(text);
}
