import { AppError, messageOf } from "../errors.ts";
import { inTime } from "../in_time.ts";

/** What takes longer has come to nothing; in milliseconds. */
const PATIENCE_MS = 30_000;

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

type Reply<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: string };

/** A worker that is started when it is first asked, and stopped once nobody has for some time. */
export class OnDemandWorker<Question, Answer> implements AsyncDisposable {
  readonly #name: string;
  readonly #open: () => Worker;
  readonly #idleMs: number;
  readonly #patienceMs: number;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #worker: Worker | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #closed = false;

  /** @param name as errors call it */
  constructor(name: string, open: () => Worker, idleMs: number, patienceMs = PATIENCE_MS) {
    this.#name = name;
    this.#open = open;
    this.#idleMs = idleMs;
    this.#patienceMs = patienceMs;
  }

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /**
   * Starts the worker, as it will be asked soon: runtime 2.9 takes a second to start a worker within a
   * worker.
   */
  start(): void {
    if (this.#closed || this.running) return;
    this.#worker = this.#started();
    this.#rest();
  }

  /** @throws AppError `unavailable` when the worker fails, or ends before it has answered */
  async ask(question: Question, transfer: Transferable[] = []): Promise<Answer> {
    if (this.#closed) throw this.#failed("the server stops");
    clearTimeout(this.#idle);
    const worker = this.#worker ??= this.#started();
    const id = ++this.#asked;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, { resolve, reject });
    worker.postMessage({ id, question }, transfer);
    try {
      return await inTime(promise, this.#patienceMs);
    } catch (error) {
      if (!(error instanceof AppError)) this.#stop(messageOf(error));
      return await promise;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#stop("the server stops");
    return Promise.resolve();
  }

  #started(): Worker {
    const worker = this.#open();
    worker.onmessage = ({ data }: MessageEvent<Reply<Answer>>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("error" in data) waiting?.reject(this.#failed(data.error));
      else waiting?.resolve(data.answer);
      if (this.#waiting.size === 0) this.#rest();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#stop(event.message);
    };
    return worker;
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#stop("it was stopped"), this.#idleMs);
    Deno.unrefTimer(this.#idle);
  }

  #stop(why: string): void {
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(this.#failed(why));
  }

  #failed(why: string): AppError {
    return new AppError(
      "unavailable",
      `Cannot use ${this.#name}: ${why}`,
      "the call can be tried again",
    );
  }
}
