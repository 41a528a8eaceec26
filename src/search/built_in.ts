import { AppError, messageOf } from "../errors.ts";
import type { ModelFiles } from "../model_files.ts";
import { openModel } from "./built_in/model.ts";
import type { Embedder, EmbedOptions } from "./embedder.ts";
import { unitVector } from "./unit_vector.ts";

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

/** A model that could not be loaded is not tried again before. */
const PAUSE_MS = 30_000;

/** The Universal Sentence Encoder Lite, loaded at first use and given up when it is idle. */
export class BuiltInEmbedder implements Embedder {
  readonly model = "use-lite-en-1";
  readonly leastLike = 0.3;
  readonly #model: ReturnType<typeof openModel> | undefined;
  readonly #urgent: Batch[] = [];
  readonly #background: Batch[] = [];
  #working = false;
  #closed = false;
  #failure: { readonly error: AppError; readonly at: number } | undefined;

  constructor({ files, idle, patience }: BuiltInOptions) {
    this.#model = files && openModel(files, idle, patience);
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const { reject } of [...this.#urgent.splice(0), ...this.#background.splice(0)]) {
      reject(ending());
    }
    await this.#model?.[Symbol.asyncDispose]();
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
    for (let batch = this.#next(); batch !== undefined; batch = this.#next()) {
      try {
        batch.resolve(await this.#embed(batch.texts));
      } catch (error) {
        batch.reject(error);
      }
    }
    this.#working = false;
  }

  #next(): Batch | undefined {
    const batch = this.#urgent.shift() ?? this.#background.shift();
    return batch?.signal?.aborted ? this.#next() : batch;
  }

  /** A model that has failed is not trusted with another question. */
  async #embed(texts: readonly string[]): Promise<Vectors> {
    const model = this.#model;
    if (model === undefined) throw unavailable("its files are not there", FETCH);
    if (this.#failure && performance.now() - this.#failure.at < PAUSE_MS) throw this.#failure.error;
    this.#failure = undefined;
    try {
      return (await model.ask(texts)).map(unitVector);
    } catch (error) {
      if (this.#closed) throw ending();
      const why = messageOf(error);
      model.stop(why);
      if (model.answered) throw unavailable(why, AGAIN, { cause: error });
      const failure = unavailable(`it cannot be loaded: ${why}`, LATER, { cause: error });
      this.#failure = { error: failure, at: performance.now() };
      throw failure;
    }
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
const LATER = `it is tried again after ${PAUSE_MS / 1000} s; SELFOS_EMBEDDINGS_URL names another`;
const AGAIN = "the call can be tried again";

function ending(): AppError {
  return unavailable("selfos ends", AGAIN);
}

function unavailable(why: string, advice: string, options?: ErrorOptions): AppError {
  const message = `Cannot compare meanings with the built-in model as ${why}`;
  return new AppError("unavailable", message, advice, options);
}
