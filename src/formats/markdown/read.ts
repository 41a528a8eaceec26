import { type Input, type Kind, OWN, type Reading, type Said, unlessEmpty } from "../document.ts";
import { uuidOf } from "../uids.ts";
import { type Block, blocksIn } from "./blocks.ts";
import { areaIn, FIELD_NAMES, goalIn, memoryIn, taskIn } from "./items.ts";
import { isIndex } from "./folder.ts";

/** A folder that was exported, or any files with lists of tasks: the title of such a file is a goal. */
export function readMarkdown({ files, name, isFolder }: Input): Reading {
  const isOwn = [...files].some(([path, text]) => isIndex(path, text));
  const collected = new Collected();
  for (const [path, text] of files) {
    if (isFolder && !/\.md$/i.test(path)) {
      collected.notes.push(`${path} is left out, as it is no .md file.`);
    } else if (!isFolder || !isIndex(path, text)) collected.read(isFolder ? path : name, text);
  }
  const { said, notes } = collected;
  const source = isOwn ? OWN : "markdown";
  return { source, said, problems: [], notes, sayable: unlessEmpty };
}

/** What the files of a folder say, one after the other. */
class Collected {
  readonly said: Said[] = [];
  readonly notes: string[] = [];
  readonly #counted = new Map<string, number>();
  readonly #areas = new Set<string>();

  read(path: string, text: string): void {
    const { blocks, above: lead } = blocksIn(text, FIELD_NAMES);
    if (blocks.length === 0) {
      this.notes.push(`${path} is left out, as it has no heading and no task.`);
      return;
    }
    if (lead !== undefined) {
      this.#unplaced(`${path} line ${lead}`, "above the first heading or task");
    }
    if (path === "life-areas.md") return this.#sections(path, blocks, "life_area");
    if (path === "memories.md") return this.#sections(path, blocks, "memory");
    const title = path === "tasks.md" ? undefined : blocks.find(({ kind }) => kind === "title");
    const goal = title && this.#goal(path, title);
    const above: { depth: number; uid: string }[] = [];
    for (const block of blocks) {
      if (block.kind === "title" && block !== title && path !== "tasks.md") {
        this.#unread(path, block);
      }
      const isList = block.kind === "section" && /^tasks$/i.test(block.text);
      if (block.kind === "section" && !isList) this.#unread(path, block);
      if (isList || (block.kind === "title" && path === "tasks.md")) this.#bare(path, block);
      if (block.kind !== "task") {
        above.length = 0;
        continue;
      }
      while (above.length > 0 && (above.at(-1)?.depth ?? 0) >= block.depth) above.pop();
      const uid = this.#uidOf("task", path, block);
      const parent = above.at(-1)?.uid;
      above.push({ depth: block.depth, uid });
      this.#say("task", path, block, taskIn(block, { uid, goal: goal ?? null, parent }));
    }
  }

  #goal(path: string, block: Block): string {
    const uid = this.#uidOf("goal", path, block);
    const area = block.fields.find(({ name }) => name === "Life area");
    const named = area && area.uid === undefined
      ? uuidOf(JSON.stringify(["area", area.text]))
      : undefined;
    if (named !== undefined && area && !this.#areas.has(named)) {
      this.#areas.add(named);
      const value = { uid: named, name: area.text };
      const place = `${path} line ${block.line}`;
      this.said.unshift({ kind: "life_area", place, value, implied: true });
    }
    this.#say("goal", path, block, goalIn(block, { uid, area: area?.uid ?? named ?? null }));
    return uid;
  }

  #sections(path: string, blocks: readonly Block[], kind: "life_area" | "memory"): void {
    for (const block of blocks) {
      if (block.kind === "title") {
        this.#bare(path, block);
        continue;
      }
      if (block.kind !== "section") {
        this.#unread(path, block);
        continue;
      }
      const uid = this.#uidOf(kind, path, block);
      this.#say(kind, path, block, kind === "memory" ? memoryIn(block, uid) : areaIn(block, uid));
    }
  }

  /** What has no name yet is named by what it says, and by how often that was said before. */
  #uidOf(kind: Kind, path: string, { uid, text, body }: Block): string {
    if (uid !== undefined) return uid;
    const says = JSON.stringify([kind, path, text, ...(kind === "memory" ? [body] : [])]);
    const count = (this.#counted.get(says) ?? 0) + 1;
    this.#counted.set(says, count);
    return uuidOf(JSON.stringify([says, count]));
  }

  #say(kind: Kind, path: string, { line }: Block, value: Record<string, unknown>): void {
    this.said.push({ kind, place: `${path} line ${line}`, value });
  }

  /** Below a heading that is no item, a text belongs to nothing. */
  #bare(path: string, { line, text, body, fields }: Block): void {
    if (body === null && fields.length === 0) return;
    this.#unplaced(`${path} line ${line}`, `below "${text}"`);
  }

  #unplaced(place: string, where: string): void {
    this.notes.push(`${place}: the text ${where} is left out, as it belongs to no item.`);
  }

  #unread(path: string, { line, text }: Block): void {
    this.notes.push(`${path} line ${line}: "${text}" is left out, as it is no part of an export.`);
  }
}
