import { AppError, messageOf } from "../errors.ts";
import type { ModelFiles } from "../model_files.ts";
import { Model } from "./built_in/model.ts";
import type { Embedder, EmbedOptions } from "./embedder.ts";

/** How the built-in model is run. */
export interface BuiltInOptions {
  /** Where it lies; absent, it is not there. */
  readonly files: ModelFiles | undefined;
  /** How long it stays loaded when nobody needs it, in milliseconds. */
  readonly idle: number;
  /** How long an answer may take, in milliseconds. */
  readonly patience?: number;
}

type Vectors = Float32Array<ArrayBuffer>[];

interface Batch {
  readonly texts: readonly string[];
  readonly signal: AbortSignal | undefined;
  resolve(vectors: Vectors): void;
  reject(reason: unknown): void;
}

/** What is embedded at once: whoever comes in the meantime waits for that. */
const MOST_TEXTS = 4;
const MOST_CHARACTERS = 1000;

/** Loading takes a quarter of a second, a batch of long texts as much; a busy machine needs more. */
const PATIENCE_MS = 30_000;

/** A model that could not be loaded is not tried again before. */
const PAUSE_MS = 30_000;

/** The Universal Sentence Encoder Lite, loaded at first use and given up when it is idle. */
export class BuiltInEmbedder implements Embedder {
  readonly model = "use-lite-en-1";
  readonly leastLike = 0.3;
  readonly #options: BuiltInOptions;
  readonly #urgent: Batch[] = [];
  readonly #background: Batch[] = [];
  #loaded: Model | undefined;
  #working = false;
  #closed = false;
  #idling: ReturnType<typeof setTimeout> | undefined;
  #failure: { readonly error: AppError; readonly at: number } | undefined;

  constructor(options: BuiltInOptions) {
    this.#options = options;
  }

  /** It knows English: of a script that it does not know, all texts are the same to it. */
  understands(text: string): boolean {
    return /\p{Script=Latin}/u.test(text);
  }

  async embed(texts: readonly string[], options: EmbedOptions): Promise<Vectors> {
    const vectors: Vectors = [];
    for (const batch of batches(texts)) vectors.push(...await this.#inTurn(batch, options));
    return vectors;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const { reject } of [...this.#urgent.splice(0), ...this.#background.splice(0)]) {
      reject(ending());
    }
    this.#unload();
    return Promise.resolve();
  }

  async #inTurn(texts: readonly string[], { urgent, signal }: EmbedOptions): Promise<Vectors> {
    signal?.throwIfAborted();
    if (this.#closed) throw ending();
    const { promise, resolve, reject } = Promise.withResolvers<Vectors>();
    const batches = urgent ? this.#urgent : this.#background;
    batches.push({ texts, signal, resolve, reject });
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    try {
      if (!this.#working) this.#work();
      return await promise;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Asks the model for one batch after the other, until none is left. */
  async #work(): Promise<void> {
    this.#working = true;
    clearTimeout(this.#idling);
    for (let batch = this.#next(); batch !== undefined; batch = this.#next()) {
      try {
        batch.resolve(await this.#embed(batch.texts));
      } catch (error) {
        batch.reject(error);
      }
    }
    this.#working = false;
    if (this.#loaded === undefined) return;
    this.#idling = setTimeout(() => this.#unload(), this.#options.idle);
    Deno.unrefTimer(this.#idling);
  }

  #next(): Batch | undefined {
    const batch = this.#urgent.shift() ?? this.#background.shift();
    return batch?.signal?.aborted ? this.#next() : batch;
  }

  async #embed(texts: readonly string[]): Promise<Vectors> {
    const { files, patience = PATIENCE_MS } = this.#options;
    if (files === undefined) throw unavailable("its files are not there", FETCH);
    if (this.#failure && performance.now() - this.#failure.at < PAUSE_MS) throw this.#failure.error;
    this.#failure = undefined;
    if (this.#loaded?.lost) this.#unload();
    const model = this.#loaded ??= new Model(files);
    try {
      return await model.embed(texts, patience);
    } catch (error) {
      if (this.#closed) throw ending();
      this.#unload();
      const why = messageOf(error);
      if (model.answered) throw unavailable(why, AGAIN, { cause: error });
      const failure = unavailable(`it cannot be loaded: ${why}`, FETCH, { cause: error });
      this.#failure = { error: failure, at: performance.now() };
      throw failure;
    }
  }

  #unload(): void {
    clearTimeout(this.#idling);
    this.#loaded?.[Symbol.dispose]();
    this.#loaded = undefined;
  }
}

function* batches(texts: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    characters += text.length;
    if (batch.length === MOST_TEXTS || (batch.length > 0 && characters > MOST_CHARACTERS)) {
      yield batch;
      batch = [];
      characters = text.length;
    }
    batch.push(text);
  }
  if (batch.length > 0) yield batch;
}

const FETCH = "fetch it with `deno install`, or name another with SELFOS_EMBEDDINGS_URL";
const AGAIN = "the call can be tried again";

function ending(): AppError {
  return unavailable("selfos ends", AGAIN);
}

function unavailable(why: string, advice: string, options?: ErrorOptions): AppError {
  const message = `Cannot compare meanings with the built-in model as ${why}`;
  return new AppError("unavailable", message, advice, options);
}
