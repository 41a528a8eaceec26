import type { BegunTexts } from "./begun.ts";
import type { Texts } from "./store.ts";

/** Why texts are in the queue: some were written or asked for, or are left, or long ones may be. */
export type Reason = "written" | "left" | "long";

/** Where the next is looked for: what was written goes in between all else, of which nothing waits forever. */
const TURNS = ["written", "waiting", "written", "left", "written", "long"] as const;

/** Whose texts are embedded next. */
export class Queue {
  readonly #places: Readonly<Record<Reason, Map<string, Texts>>> = {
    written: new Map(),
    left: new Map(),
    long: new Map(),
  };
  readonly #begun: BegunTexts;
  /** How many wait for what. */
  readonly #waiting = new Map<string, number>();
  #turn = 0;

  constructor(begun: BegunTexts) {
    this.#begun = begun;
  }

  put(texts: Texts, reason: Reason): void {
    this.#places[reason].set(nameOf(texts), texts);
  }

  /** Takes the next out: whether of the long texts, or of the others. */
  next(): { texts: Texts; long: boolean } | undefined {
    for (let tried = 0; tried < TURNS.length; tried++) {
      const turn = TURNS[this.#turn++ % TURNS.length] ?? "left";
      const texts = this.#first(turn);
      if (texts === undefined) continue;
      const name = nameOf(texts);
      const { written, left, long } = this.#places;
      for (const place of turn === "long" ? [long] : [written, left]) place.delete(name);
      return { texts, long: turn === "long" };
    }
    return undefined;
  }

  isWaitedFor(texts: Texts): boolean {
    return this.#waiting.has(nameOf(texts));
  }

  /** Somebody waits for these texts until this is disposed of. */
  wait(texts: Texts): Disposable {
    const name = nameOf(texts);
    const add = (more: number) => {
      const waiting = (this.#waiting.get(name) ?? 0) + more;
      if (waiting === 0) this.#waiting.delete(name);
      else this.#waiting.set(name, waiting);
    };
    add(1);
    return { [Symbol.dispose]: () => add(-1) };
  }

  #first(turn: (typeof TURNS)[number]): Texts | undefined {
    const { written, left, long } = this.#places;
    if (turn === "waiting") {
      return [...written.values(), ...left.values()].find((texts) => this.isWaitedFor(texts));
    }
    const [first] = this.#places[turn].values();
    if (turn !== "long" || !this.#begun.isFull) return first;
    return [...long.values()].find((texts) => this.#begun.has(texts)) ?? first;
  }
}

/** One name for one person's texts of a kind. */
export function nameOf({ user_id, entity }: Texts): string {
  return `${user_id}/${entity}`;
}
