import { pathToFileURL } from "node:url";
import { inTime } from "../../in_time.ts";
import { unitVector } from "../unit_vector.ts";
import type { ModelFiles } from "./model_files.ts";

/** What the worker is asked: texts to embed. */
export type Question = readonly string[];

/** What the worker answers, to one question after the other. */
export type Answer = { readonly vectors: readonly number[][] } | { readonly fault: string };

/** All that the worker of the model may do. */
export function modelPermissions({ directory }: ModelFiles): Deno.PermissionOptionsObject {
  const nothing = { net: false, write: false, env: false, run: false, ffi: false, sys: false };
  return { ...nothing, import: false, read: [directory] };
}

/** The model in a worker of its own, which is lost with the first question that it cannot answer. */
export class Model implements Disposable {
  readonly #worker: Worker;
  #asked: PromiseWithResolvers<Answer> | undefined;
  #lost: Error | undefined;
  #answered = false;

  constructor(files: ModelFiles) {
    this.#worker = new Worker(pathToFileURL(files.program), {
      type: "module",
      name: JSON.stringify(files),
      deno: { permissions: modelPermissions(files) },
    });
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#asked?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#lose(new Error(event.message));
    };
  }

  /** Whether its worker is gone. */
  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /** Whether it has ever answered. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Asks for vectors; the next question waits for the answer. */
  async embed(texts: readonly string[], patience: number): Promise<Float32Array<ArrayBuffer>[]> {
    if (this.#lost !== undefined) throw this.#lost;
    const asked = this.#asked = Promise.withResolvers<Answer>();
    const question: Question = texts;
    this.#worker.postMessage(question);
    const answer = await inTime(asked.promise, patience);
    if ("fault" in answer) throw new Error(answer.fault);
    this.#answered = true;
    return answer.vectors.map(unitVector);
  }

  /** Whoever waits for an answer is told that there is none. */
  [Symbol.dispose](): void {
    this.#lose(new Error("its worker was stopped"));
    this.#worker.terminate();
  }

  #lose(why: Error): void {
    this.#lost = why;
    this.#asked?.reject(why);
  }
}
