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

  constructor(parts: readonly Part[]) {
    // A part that hangs is not asked again before it has answered: each question holds a connection.
    this.#parts = parts.map((part) => ({ ...part, check: oneAtATime(() => part.check()) }));
  }

  /** Looks at all of them; takes no longer than {@linkcode PATIENCE_MS}. */
  look(): Promise<Pulse[]> {
    return Promise.all(this.#parts.map((part) => this.#lookAt(part)));
  }

  async #lookAt({ name, required, check }: Part): Promise<Pulse> {
    const began = performance.now();
    try {
      await inTime(check(), PATIENCE_MS);
      return { name, required, seconds: (performance.now() - began) / 1000 };
    } catch (error) {
      return { name, required, failure: messageOf(error) };
    }
  }
}

/**
 * Asks one question at a time however many want to know; null where the answer does not come in time, or
 * fails: whoever cannot answer is a part, and what is wrong with it is told there.
 */
export function askedInTime<T>(ask: () => Promise<T>): () => Promise<T | null> {
  const asked = oneAtATime(ask);
  return async () => {
    try {
      return await inTime(asked(), PATIENCE_MS);
    } catch {
      return null;
    }
  };
}

/** Whoever asks while a question is open is given its answer. */
function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => asked ??= ask().finally(() => asked = undefined);
}
