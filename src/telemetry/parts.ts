import { messageOf } from "../errors.ts";
import { inTime } from "../in_time.ts";

/** Something beside this process that the server works with. */
export interface Part {
  readonly name: string;
  /** Whether no call can be answered without it. */
  readonly required: boolean;
  /** Asks it for a sign of life; throws without one. */
  check(): Promise<unknown>;
}

/** What a look at a part has found. */
export interface Pulse {
  readonly name: string;
  readonly required: boolean;
  /** Seconds that it took to answer; `undefined` when it did not. */
  readonly seconds?: number;
  readonly failure?: string;
}

/** What does not answer for so long is taken for gone. */
const PATIENCE_MS = 2000;

/** The parts of a server, asked one at a time each however many want to know. */
export class Parts {
  readonly #parts: readonly Part[];
  readonly #asked = new Map<Part, Promise<unknown>>();

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** Looks at all of them; takes no longer than {@linkcode PATIENCE_MS}. */
  look(): Promise<Pulse[]> {
    return Promise.all(this.#parts.map((part) => this.#lookAt(part)));
  }

  async #lookAt(part: Part): Promise<Pulse> {
    const { name, required } = part;
    const began = performance.now();
    try {
      await inTime(this.#ask(part), PATIENCE_MS);
      return { name, required, seconds: (performance.now() - began) / 1000 };
    } catch (error) {
      return { name, required, failure: messageOf(error) };
    }
  }

  /** A part that hangs is not asked again before it has answered: each question holds a connection. */
  #ask(part: Part): Promise<unknown> {
    const known = this.#asked.get(part);
    if (known !== undefined) return known;
    const answer = part.check().finally(() => this.#asked.delete(part));
    this.#asked.set(part, answer);
    return answer;
  }
}

/**
 * Asks one question at a time however many want to know; null where the answer does not come in time, or
 * fails: whoever cannot answer is a part, and what is wrong with it is told there.
 */
export function askedInTime<T>(ask: () => Promise<T>): () => Promise<T | null> {
  let asked: Promise<T> | undefined;
  return async () => {
    asked ??= ask().finally(() => asked = undefined);
    try {
      return await inTime(asked, PATIENCE_MS);
    } catch {
      return null;
    }
  };
}
