import { AppError, messageOf, quote } from "../errors.ts";
import { exists, removeLeftBehind } from "./file.ts";
import { idOf, SEALED_SUFFIX, SUFFIX } from "./format.ts";

/** Where archives lie unless told. */
export class Folder {
  constructor(readonly path: string) {}

  /** Makes the folder, and takes away what killed processes left in it. */
  prepare(): void {
    try {
      Deno.mkdirSync(this.path, { recursive: true, mode: 0o700 });
      for (const { name } of Deno.readDirSync(this.path)) {
        const isLeft = name.endsWith(".part") || name.startsWith(".scratch-");
        if (isLeft) removeLeftBehind(`${this.path}/${name}`);
      }
    } catch (error) {
      throw new AppError(
        "unavailable",
        `Cannot use ${this.path} for backups: ${messageOf(error)}`,
        "make it writable for the user that runs selfos, or set SELFOS_DATA_DIR",
        { cause: error },
      );
    }
  }

  /** The archives in it, by their ids. */
  files(): Map<string, string> {
    if (!exists(this.path)) return new Map();
    const names = [...Deno.readDirSync(this.path)]
      .filter(({ name, isFile }) => isFile && /\.selfos\.gz(\.age)?$/.test(name))
      .map(({ name }) => name).sort();
    return new Map(names.map((name) => [idOf(name), `${this.path}/${name}`]));
  }

  /** The path of a new archive. */
  placeOf(id: string, isSealed: boolean): string {
    return `${this.path}/${id}${isSealed ? SEALED_SUFFIX : SUFFIX}`;
  }

  /**
   * The file that is meant by a path, or by the id of an archive in this folder.
   *
   * @throws AppError `not_found`
   */
  find(text: string): string {
    if (/[/\\]/.test(text)) return text;
    const found = this.files().get(idOf(text));
    if (found !== undefined) return found;
    throw new AppError(
      "not_found",
      `Cannot find the backup ${quote(text)} in ${this.path}`,
      "selfos backup list shows the ids; another file is named with its folder, as ./FILE",
    );
  }
}
