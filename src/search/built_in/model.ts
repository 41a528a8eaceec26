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
  readonly #lost = Promise.withResolvers<never>();
  #answered = false;

  constructor(files: ModelFiles) {
    this.#worker = new Worker(pathToFileURL(files.program), {
      type: "module",
      name: JSON.stringify(files),
      deno: { permissions: modelPermissions(files) },
    });
    this.#lost.promise.catch(() => {});
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#lost.reject(new Error(event.message));
    };
  }

  /** Whether it has ever answered. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Asks for vectors; the next question waits for the answer. */
  async embed(texts: readonly string[], patience: number): Promise<Float32Array<ArrayBuffer>[]> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
    const question: Question = texts;
    this.#worker.postMessage(question);
    const answer = await inTime(Promise.race([promise, this.#lost.promise]), patience);
    if ("fault" in answer) throw new Error(answer.fault);
    this.#answered = true;
    return answer.vectors.map(unitVector);
  }

  /** Whoever waits for an answer is told that there is none. */
  [Symbol.dispose](): void {
    this.#lost.reject(new Error("its worker was stopped"));
    this.#worker.terminate();
  }
}
