import type { Endpoint } from "../config/endpoint.ts";
import { type Patience, patiently } from "../endpoint/patience.ts";
import { Lasting } from "../endpoint/request.ts";
import { AppError, messageOf } from "../errors.ts";
import type { Embedder, EmbedOptions } from "./embedder.ts";
import { requestVectors, unevenness } from "./endpoint/request.ts";
import { unitVector } from "./unit_vector.ts";

type Vectors = Float32Array<ArrayBuffer>[];

/** How many texts one request holds. */
const MOST_TEXTS = 64;

const URGENT: Patience = { patience: 5000, retries: 1, pause: 100 };
const BACKGROUND: Patience = { patience: 30_000, retries: 2, pause: 1000 };

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

  async #patiently(texts: readonly string[], { urgent, signal }: EmbedOptions): Promise<Vectors> {
    const ended = AbortSignal.any([this.#stop.signal, ...(signal ? [signal] : [])]);
    try {
      return await patiently(
        async (signal) => (await requestVectors(this.#endpoint, texts, signal)).map(unitVector),
        urgent ? this.#urgent : this.#background,
        urgent ? "together" : "each",
        ended,
      );
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#unavailable(error);
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
