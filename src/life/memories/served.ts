import { fold } from "../terms.ts";

/** Whose reading it was: a credential, through a client of this name. */
export interface Reader {
  readonly principal: string;
  readonly client: string;
}

/** What a text was part of when it was served. */
export interface Source {
  /** `memory`, `goal`, `task`, or what else an answer is made of. */
  readonly entity: string;
  readonly id: number | undefined;
}

interface Reading {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly answer: object;
}

const KEPT_MS = 10 * 60_000;
const MOST_READINGS = 30;
const MOST_READERS = 200;

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
  readonly #readings = new Map<string, Reading[]>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** @param answer is kept as it is, so that reading costs nothing */
  note(reader: Reader, answer: object): void {
    const name = nameOf(reader);
    const readings = this.#readings.get(name) ?? [];
    this.#readings.delete(name);
    this.#readings.set(name, readings);
    readings.push({ at: this.#now().getTime(), answer });
    if (readings.length > MOST_READINGS) readings.shift();
    const [oldest] = this.#readings.keys();
    if (this.#readings.size > MOST_READERS && oldest !== undefined) this.#readings.delete(oldest);
  }

  /** What a text repeats that the reader was served within ten minutes, the latest first. */
  find(reader: Reader, text: string): Source | undefined {
    const said = fold(text).trim();
    if (said.length < LEAST) return undefined;
    const since = this.#now().getTime() - KEPT_MS;
    for (const { at, answer } of (this.#readings.get(nameOf(reader)) ?? []).toReversed()) {
      if (at < since) return undefined;
      for (const { text: served, ...source } of textsIn(answer, { entity: "answer" })) {
        if (isEcho(said, served)) return source;
      }
    }
    return undefined;
  }
}

/** Whether a text is what another says, or most of it; both folded. */
function isEcho(said: string, served: string): boolean {
  if (served.length < LEAST) return false;
  const [shorter, longer] = said.length < served.length ? [said, served] : [served, said];
  return shorter.length >= SHARE * longer.length && longer.includes(shorter);
}

/** Whether a text still repeats one that may have changed since it was served. */
export function repeats(text: string, served: string): boolean {
  return isEcho(fold(text).trim(), fold(served).trim());
}

/** All texts in an answer, folded, each with the nearest item that has an id. */
function* textsIn(value: unknown, within: Item): Generator<Source & { readonly text: string }> {
  if (typeof value === "string") {
    const parsed = value.startsWith("{") ? parse(value) : undefined;
    if (parsed === undefined) yield { text: fold(value).trim(), id: undefined, ...within };
    else yield* textsIn(parsed, { entity: within.entity });
  } else if (Array.isArray(value)) {
    for (const member of value) yield* textsIn(member, within);
  } else if (typeof value === "object" && value !== null) {
    const item = itemOf(value, within);
    for (const [name, member] of Object.entries(value)) {
      yield* textsIn(member, { ...item, entity: ENTITIES.get(name) ?? item.entity });
    }
  }
}

interface Item {
  readonly entity: string;
  readonly id?: number;
}

/** Which item an object of an answer is or belongs to; that of a change names what it changed. */
function itemOf(value: object, { entity, ...within }: Item): Item {
  const { id, entity: named }: { id?: unknown; entity?: unknown } = value;
  if (typeof id === "number") return { entity, id };
  return typeof named === "string" ? { entity: named, id: Number(id) } : { entity, ...within };
}

/** By the name under which answers have items. */
const ENTITIES = new Map(
  ["memory", "goal", "task"].flatMap((name) => [
    [name, name],
    [name === "memory" ? "memories" : `${name}s`, name],
  ]),
);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nameOf({ principal, client }: Reader): string {
  return `${principal}\n${client}`;
}
