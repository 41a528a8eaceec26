import { canonicalOf, UNSPACED } from "../terms.ts";

/** Whose reading it was: a credential, through a client of this name. */
export interface Reader {
  readonly principal: string;
  readonly client: string;
}

/** The item of which a text was when it was served. */
export interface Item {
  readonly entity: "memory" | "goal" | "task" | "life_area";
  readonly id: number;
}

/** Where a text was served: with an item, or as a text of several. */
export type Source = Item | "text";

/** What a tool answered, with its readable twin; or the text of a resource. */
export interface Answer {
  readonly output?: object;
  readonly text?: string;
}

interface Reading {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly answer: Answer;
}

const KEPT_MS = 10 * 60_000;
const MOST_READINGS = 200;
const MOST_READERS = 200;

/** Characters, of one answer, of all that one reader read, and of all readers. */
const MOST_IN_ANSWER = 100_000;
const MOST_OF_READER = 200_000;
const MOST_IN_ALL = 4_000_000;

/** Shorter texts are said by people too: they are no echo. In characters. */
const LEAST = 25;

/** A part of a served text is an echo of it where it is at least so much of it. */
const SHARE = 0.6;

/**
 * What was read lately by whom, so that it is known again when it comes back: assistants repeat what
 * they read, and a memory of it would be junk. Kept in this process alone.
 */
export class Served {
  readonly #now: () => Date;
  /** The one who read least lately first. */
  readonly #readings = new Map<string, readonly Reading[]>();
  #characters = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** How many are kept. */
  get characters(): number {
    return this.#characters;
  }

  /** @param answer is kept as it is, so that reading costs nothing */
  note(reader: Reader, answer: Answer): void {
    const at = this.#now().getTime();
    this.#dropExpired(at - KEPT_MS);
    if (sizeOf(answer) > MOST_IN_ANSWER) return;
    const name = nameOf(reader);
    const earlier = this.#take(name)
      .filter((reading) => reading.at >= at - KEPT_MS && reading.answer !== answer);
    const readings = [...earlier, { at, answer }].slice(-MOST_READINGS);
    while (sum(readings) > MOST_OF_READER) readings.shift();
    this.#readings.set(name, readings);
    this.#characters += sum(readings);
    for (const oldest of this.#readings.keys()) {
      if (this.#readings.size <= MOST_READERS && this.#characters <= MOST_IN_ALL) break;
      this.#take(oldest);
    }
  }

  /** The item whose text repeats what the reader was served within ten minutes, the latest first. */
  find(reader: Reader, text: string): Source | undefined {
    if (text.length < LEAST) return undefined;
    const said = canonicalOf(text);
    const since = this.#now().getTime() - KEPT_MS;
    for (const { at, answer } of (this.#readings.get(nameOf(reader)) ?? []).toReversed()) {
      if (at < since) return undefined;
      const output = answer.output ?? parse(answer.text);
      for (const { text: served, ...item } of textsIn(output, {})) {
        if (isEcho(said, canonicalOf(served))) return item;
      }
      if (isReadable(answer.text) && isEcho(said, canonicalOf(answer.text))) return "text";
    }
    return undefined;
  }

  /** Drops all that is kept. */
  forget(): void {
    this.#readings.clear();
    this.#characters = 0;
  }

  #dropExpired(since: number): void {
    for (const [name, readings] of this.#readings) {
      if (readings.some(({ at }) => at >= since)) return;
      this.#take(name);
    }
  }

  #take(name: string): readonly Reading[] {
    const readings = this.#readings.get(name) ?? [];
    this.#readings.delete(name);
    this.#characters -= sum(readings);
    return readings;
  }
}

/**
 * Whether a text is what another says, or most of it, and nothing else; both canonical. What is cut
 * within a word or a number says something else, as does a part of a question.
 */
export function isEcho(text: string, served: string): boolean {
  const said = text.replace(EDGES, "");
  if (said.length < LEAST || said.length < SHARE * served.length) return false;
  for (let at = served.indexOf(said); at !== -1; at = served.indexOf(said, at + 1)) {
    const before = BEFORE.exec(served.slice(Math.max(0, at - 3), at));
    const behind = BEHIND.exec(served.slice(at + said.length).slice(0, 3));
    if (!isCut(before) && !isCut(behind)) return true;
  }
  return false;
}

/** What may stand around a text that is quoted. */
const EDGES = /^[\s"'“”„«»‘’]+|[\s"'“”„«»‘’.,;:!…。]+$/gu;

/** What a text is cut from, where it stands right before or behind. */
const BEFORE = /[\p{L}\p{M}\p{N}][.,:'’/-]?$|[+\-−]$/u;
const BEHIND = /^[.,:'’/-]?[\p{L}\p{M}\p{N}]|^ ?\?/u;

/** Scripts without spaces have no such place. */
function isCut(beside: RegExpExecArray | null): boolean {
  return beside !== null && !UNSPACED.test(beside[0]);
}

/** What people read, of several lines, such as a summary. */
function isReadable(text: string | undefined): text is string {
  return text !== undefined && /^[^[{].*\n.*\S/s.test(text);
}

/** What an item is called where it is, as far as that is known. */
interface Named {
  readonly entity?: Item["entity"] | undefined;
  readonly id?: number | undefined;
}

/** All texts of items in an answer, each with the nearest item. */
function* textsIn(value: unknown, item: Named): Generator<Item & { readonly text: string }> {
  if (typeof value === "string") {
    const { entity, id } = item;
    if (entity !== undefined && id !== undefined) yield { entity, id, text: value };
  } else if (Array.isArray(value)) {
    for (const member of value) yield* textsIn(member, item);
  } else if (typeof value === "object" && value !== null) {
    const changed = changedItem(value);
    const { id = item.id }: { id?: unknown } = value;
    const own = changed ?? (typeof id === "number" ? { ...item, id } : item);
    for (const [name, member] of Object.entries(value)) {
      const entity = ENTITIES.get(name);
      // What a change made of it is not what it says.
      if (changed && name === "fields") continue;
      yield* textsIn(member, entity ? { entity } : own);
    }
  }
}

/** The item that a change names. */
function changedItem({ entity, id }: { entity?: unknown; id?: unknown }): Named | undefined {
  return typeof entity === "string" ? { entity: ENTITIES.get(entity), id: Number(id) } : undefined;
}

/** By the name under which answers have items. */
const ENTITIES: ReadonlyMap<string, Item["entity"]> = new Map([
  ...pair("memory", "memories"),
  ...pair("goal", "goals"),
  ...pair("task", "tasks"),
  ...pair("life_area", "life_areas"),
  ["active_goals", "goal"],
]);

function pair(entity: Item["entity"], plural: string) {
  return [[entity, entity] as const, [plural, entity] as const];
}

function parse(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sizeOf({ text = "" }: Answer): number {
  return text.length;
}

function sum(readings: readonly Reading[]): number {
  return readings.reduce((characters, { answer }) => characters + sizeOf(answer), 0);
}

function nameOf({ principal, client }: Reader): string {
  return `${principal}\n${client}`;
}
