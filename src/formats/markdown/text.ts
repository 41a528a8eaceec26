/** A text on one line, that is no markup of ours. */
export function inline(text: string): string {
  return text.replace(/[\\<&]/g, "\\$&").replaceAll("\n", "<br>").replaceAll("\r", "&#13;");
}

/** The text that {@linkcode inline} put on a line. */
export function textOf(line: string): string {
  return line.replace(
    /\\([\\<&])|<br>|&#13;/g,
    (found, escaped?: string) => escaped ?? (found === "<br>" ? "\n" : "\r"),
  );
}

/** A text of several lines, quoted: nothing in it is markup of ours. */
export function quoted(text: string, indent = ""): string {
  const safe = text.replace(/&(?=amp;|#13;)/g, "&amp;").replaceAll("\r", "&#13;");
  return safe.split("\n").map((line) => `${indent}>${line === "" ? "" : ` ${line}`}\n`).join("");
}

/** The text of quoted lines, without their marks. */
export function unquoted(lines: readonly string[]): string {
  return lines.join("\n").replaceAll("&#13;", "\r").replaceAll("&amp;", "&");
}

/** The name of an item and when it was last changed, where Markdown shows nothing. */
export function mark(uid: string, updated_at?: string): string {
  const hidden = [uid, ...(updated_at === undefined ? [] : [updated_at])].map((part) =>
    part.replace(/[%\s<>]|--|-$/g, (found) => encodeURIComponent(found).replaceAll("-", "%2D"))
  );
  return `<!-- ${hidden.join(" ")} -->`;
}

/** What {@linkcode mark} hid at the end of a line, and the line without it. */
export function marked(
  line: string,
): { text: string; uid: string | undefined; updated_at: string | undefined } {
  const found = /^(.*?)(?:^|\s+)<!-- (\S+)(?: (\S+))? -->\s*$/su.exec(line);
  if (found === null) return { text: line.trimEnd(), uid: undefined, updated_at: undefined };
  const [, text = "", uid, updated_at] = found;
  return { text, uid: decoded(uid), updated_at: decoded(updated_at) };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A file name from a title and what tells it from all others: no path, and no name that a system keeps. */
export function fileName(title: string, distinction: string): string {
  const words = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").replace(/^-+/, "").slice(0, 50).replace(/-+$/, "");
  return `${words || "goal"}-${distinction}.md`;
}
