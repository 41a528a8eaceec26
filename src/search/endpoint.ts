import { setTimeout as elapse } from "node:timers/promises";
import type { Endpoint } from "../config/search.ts";
import { AppError, messageOf } from "../errors.ts";
import type { Embedder, EmbedOptions } from "./embedder.ts";
import { Lasting, Passing, requestVectors, unevenness } from "./endpoint/request.ts";
import { unitVector } from "./unit_vector.ts";

type Vectors = Float32Array<ArrayBuffer>[];

/** How many texts one request holds. */
const MOST_TEXTS = 64;

/** How long somebody waits. */
export interface Patience {
  /** How long an answer may take, in milliseconds. */
  readonly patience: number;
  /** How often the endpoint is asked again. */
  readonly retries: number;
  /** How long it is left alone before it is asked again for the first time, about; in milliseconds. */
  readonly pause: number;
}

const URGENT: Patience = { patience: 5000, retries: 1, pause: 100 };
const BACKGROUND: Patience = { patience: 30_000, retries: 2, pause: 1000 };

/** An endpoint that wants more of a pause is not asked again for this call. */
const LONGEST_PAUSE_MS = 10_000;

/** A model behind an OpenAI-compatible endpoint. */
export class EndpointEmbedder implements Embedder {
  readonly model: string;
  readonly #endpoint: Endpoint;
  readonly #urgent: Patience;
  readonly #background: Patience;
  readonly #stop = new AbortController();

  constructor(endpoint: Endpoint, { urgent = URGENT, background = BACKGROUND } = {}) {
    this.#endpoint = endpoint;
    this.#urgent = urgent;
    this.#background = background;
    // Two endpoints may know different models by the same name.
    this.model = `${endpoint.model}@${this.#host}`;
  }

  /** Which languages it knows, nobody tells. */
  understands(text: string): boolean {
    return /[\p{L}\p{N}]/u.test(text);
  }

  async embed(texts: readonly string[], options: EmbedOptions): Promise<Vectors> {
    const vectors: Vectors = [];
    for (let at = 0; at < texts.length; at += MOST_TEXTS) {
      vectors.push(...await this.#patiently(texts.slice(at, at + MOST_TEXTS), options));
    }
    const fault = unevenness(vectors);
    if (fault !== undefined) throw this.#unavailable(fault);
    return vectors;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("selfos ends"));
    return Promise.resolve();
  }

  get #host(): string {
    return new URL(this.#endpoint.url).host;
  }

  /** Asks, and asks again where that may help. */
  async #patiently(texts: readonly string[], { urgent, signal }: EmbedOptions): Promise<Vectors> {
    const { patience, retries, pause } = urgent ? this.#urgent : this.#background;
    const ended = AbortSignal.any([this.#stop.signal, ...(signal ? [signal] : [])]);
    const begun = performance.now();
    for (let attempt = 0, wait = 0;; attempt++) {
      try {
        if (wait > 0) await elapse(wait, undefined, { signal: ended });
        // Who waits, waits for all attempts together.
        const left = urgent ? patience - (performance.now() - begun) : patience;
        return await this.#once(texts, left, ended);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof Passing) || attempt === retries) throw this.#unavailable(error);
        wait = error.after ?? pause * 2 ** attempt * (0.5 + Math.random());
        const most = urgent ? patience - (performance.now() - begun) : LONGEST_PAUSE_MS;
        if (wait > most) throw this.#unavailable(error);
      }
    }
  }

  async #once(texts: readonly string[], patience: number, ended: AbortSignal): Promise<Vectors> {
    const late = AbortSignal.timeout(Math.max(1, patience));
    const over = new AbortController();
    try {
      const signal = AbortSignal.any([late, ended, over.signal]);
      return (await requestVectors(this.#endpoint, texts, signal)).map(unitVector);
    } catch (error) {
      if (!late.aborted) throw error;
      throw new Passing(`it gives no answer within ${Math.ceil(patience / 1000)} s`);
    } finally {
      // Not every runtime hangs up on what it no longer reads.
      over.abort();
    }
  }

  #unavailable(error: unknown): AppError {
    const why = this.#stop.signal.aborted ? "selfos ends" : messageOf(error);
    const advice = error instanceof Lasting
      ? error.advice
      : "check that it runs, and can be reached from here; the call can be tried again";
    return new AppError(
      "unavailable",
      `Cannot compare meanings at ${this.#host} as ${why}`,
      advice,
      {
        cause: error,
      },
    );
  }
}
