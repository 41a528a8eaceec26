import { createHash } from "node:crypto";
import type { Standing } from "../output.ts";
import { inline } from "./text.ts";

/** The first line of the index of a folder of ours. */
const MARKER = "<!-- selfos export 1 -->";
const INDEX = "README.md";

/** A file of a folder, and what it is called in the index. */
export interface Listed {
  readonly path: string;
  readonly title: string;
  readonly text: string;
}

/** The index, from which a later export knows what of the folder was written so, and what changed since. */
export function indexOf(files: readonly Listed[]): string {
  const links = files.map(({ path, title, text }) =>
    `- [${inline(title).replace(/[[\]]/g, "\\$&")}](${path}) ${sealOf(text)}\n`
  );
  const index = `${MARKER}\n\n# A life, as selfos exported it\n\n` +
    "`selfos import` reads this folder back, with what was changed in it. What stands in " +
    `<!-- --> names items: leave it with them.\n\n${links.join("")}\n`;
  return `${index}${sealOf(index)}\n`;
}

/** Whether it says of itself that it is the index of an export. */
export function isIndex(path: string, text: string): boolean {
  return path === INDEX && text.startsWith(MARKER);
}

/** Whether a folder is an export, and as it was written. */
export function standingOf(files: ReadonlyMap<string, string>): Standing {
  const index = files.get(INDEX) ?? "";
  if (!isIndex(INDEX, index)) return "foreign";
  const seals = new Map(
    [...index.matchAll(/^- \[.*\]\(([^)\s]+)\)(?: (<!-- \S+ -->))?$/gm)]
      .map(([, path = "", seal]) => [path, seal]),
  );
  const [own = ""] = /<!-- \S+ -->\n$/.exec(index) ?? [];
  const written = new Map([...seals, [INDEX, own.trimEnd()]]);
  const paths = [...files.keys()];
  if (!paths.every((path) => written.has(path))) return "foreign";
  const texts = new Map([...files, [INDEX, index.slice(0, index.length - own.length)]]);
  const isWritten = (path: string) => sealOf(texts.get(path) ?? "") === written.get(path);
  return paths.every(isWritten) ? "untouched" : "edited";
}

/** What a text is known by; nothing that Markdown shows. */
function sealOf(text: string): string {
  return `<!-- ${createHash("sha256").update(text).digest("base64url")} -->`;
}
