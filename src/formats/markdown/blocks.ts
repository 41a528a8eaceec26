import { marked, textOf, unquoted } from "./text.ts";

/** A heading or a task, with what stands below it. */
export interface Block {
  readonly line: number;
  readonly kind: "title" | "section" | "task";
  readonly text: string;
  /** What stands in the box of a task. */
  readonly box: string;
  /** How far a task is indented. */
  readonly depth: number;
  readonly uid: string | undefined;
  readonly updated_at: string | undefined;
  readonly fields: readonly Field[];
  /** What was written below, quoted or not. */
  readonly body: string | null;
}

/** `- Name: value`, where the value may be hidden behind a title. */
export interface Field {
  readonly name: string;
  readonly text: string;
  readonly uid: string | undefined;
}

type Open = { -readonly [Name in keyof Block]: Block[Name] } & { fields: Field[]; lines: string[] };

/**
 * The blocks of a Markdown file, and on which line text begins that stands above them all.
 *
 * @param names the fields that there are; other list items are text
 */
export function blocksIn(
  file: string,
  names: readonly string[],
): { blocks: Block[]; above: number | undefined } {
  const blocks: Open[] = [];
  let above: number | undefined;
  for (const [index, raw] of file.split("\n").entries()) {
    const line = raw.replace(/\r$/, "");
    const begun = begin(line, index + 1);
    if (begun) {
      blocks.push(begun);
      continue;
    }
    if (line.trim() === "" || /^\s*<!-- .* -->$/.test(line)) continue;
    const current = blocks.at(-1);
    if (current === undefined) {
      above ??= index + 1;
      continue;
    }
    const field = fieldIn(line, names);
    if (field) current.fields.push(field);
    else current.lines.push(/^\s*> ?(.*)$/su.exec(line)?.[1] ?? line.trim());
  }
  return {
    blocks: blocks.map(({ lines, ...block }) => ({
      ...block,
      body: lines.length > 0 ? unquoted(lines) : null,
    })),
    above,
  };
}

function begin(line: string, number: number): Open | undefined {
  const heading = /^(#{1,2}) +(\S.*)$/su.exec(line);
  const task = /^(\s*)[-*+] \[(.)\] +(\S.*)$/su.exec(line);
  const written = heading?.[2] ?? task?.[3];
  if (written === undefined) return undefined;
  const { text, uid, updated_at } = marked(written);
  const kind = task ? "task" : heading?.[1] === "#" ? "title" : "section";
  return {
    ...{ line: number, kind, uid, updated_at, text: textOf(text) },
    ...{ box: task?.[2] ?? "", depth: task?.[1]?.length ?? 0 },
    ...{ fields: [], lines: [], body: null },
  };
}

function fieldIn(line: string, names: readonly string[]): Field | undefined {
  const [, name = "", value = ""] = /^\s*[-*+] ([A-Z][A-Za-z ]*): ?(.*)$/su.exec(line) ?? [];
  if (!names.includes(name)) return undefined;
  const { text, uid } = marked(value);
  return { name, text: textOf(text), uid };
}
