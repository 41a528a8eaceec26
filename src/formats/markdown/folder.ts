import { inline } from "./text.ts";

/** The first line of the index of a folder of ours. */
const MARKER = "<!-- selfos export 1 -->";
const INDEX = "README.md";

/** The index, from which a later export knows what of the folder it may replace. */
export function indexOf(files: readonly { path: string; title: string }[]): string {
  const links = files.map(({ path, title }) =>
    `- [${inline(title).replace(/[[\]]/g, "\\$&")}](${path})\n`
  );
  return `${MARKER}\n\n# A life, as selfos exported it\n\n` +
    "`selfos import` reads this folder back, with what was changed in it. What stands in " +
    `<!-- --> names items: leave it with them.\n\n${links.join("")}`;
}

/** Whether it says of itself that it is the index of an export. */
export function isIndex(path: string, text: string): boolean {
  return path === INDEX && text.startsWith(MARKER);
}

/** Whether a folder holds nothing but what an export has put there. */
export function isOwnFolder(files: ReadonlyMap<string, string>): boolean {
  const index = files.get(INDEX) ?? "";
  const listed = new Set([...index.matchAll(/^- \[.*\]\(([^)\s]+)\)$/gm)].map((match) => match[1]));
  return isIndex(INDEX, index) &&
    [...files.keys()].every((path) => path === INDEX || listed.has(path));
}
