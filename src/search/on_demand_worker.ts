import { messageOf } from "../errors.ts";
import { inTime } from "../in_time.ts";

/** What takes longer has come to nothing; in milliseconds. */
const PATIENCE_MS = 30_000;

/** What the worker is sent. */
export interface Asked<Question> {
  readonly id: number;
  readonly question: Question;
}

/** What the worker sends, in any order. */
export type Reply<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: string };

/** How a worker is run that is not always needed. */
export interface OnDemandOptions {
  open(): Worker;
  /** How those who ask are told that there is no answer. */
  failed(why: string): Error;
  /** How long it stays when nobody asks, in milliseconds. */
  readonly idleMs: number;
  /** How long an answer may take, in milliseconds. */
  readonly patienceMs?: number | undefined;
}

/**
 * What was read for the worker is in nobody's use any more, but the heap of a server that is idle never
 * grows to where V8 would look for that. Absent where the runtime was not started with `--expose-gc`.
 */
function collectGarbage(): void {
  const { gc }: { readonly gc?: () => void } = Object.create(globalThis);
  gc?.();
}

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** A worker that is started when it is first asked, and stopped once nobody has for some time. */
export class OnDemandWorker<Question, Answer> implements AsyncDisposable {
  readonly #options: OnDemandOptions;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #worker: Worker | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #answered = false;
  #closed = false;

  constructor(options: OnDemandOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /** Whether the worker that was started last, which may have ended, has ever answered. */
  get answered(): boolean {
    return this.#answered;
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

  /** Fails as the options say when the worker does, or ends before it has answered. */
  async ask(question: Question, transfer: Transferable[] = []): Promise<Answer> {
    if (this.#closed) throw this.#options.failed("the server stops");
    clearTimeout(this.#idle);
    const worker = this.#worker ??= this.#started();
    const asked: Asked<Question> = { id: ++this.#asked, question };
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.set(asked.id, { resolve, reject });
    worker.postMessage(asked, transfer);
    try {
      return await inTime(promise, this.#options.patienceMs ?? PATIENCE_MS);
    } catch (error) {
      if (this.#waiting.has(asked.id)) this.stop(messageOf(error));
      return await promise;
    }
  }

  /** Gives the worker up, with all that wait for it; the next who asks has a new one. */
  stop(why: string): void {
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(this.#options.failed(why));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.stop("the server stops");
    return Promise.resolve();
  }

  #started(): Worker {
    this.#answered = false;
    const worker = this.#options.open();
    worker.onmessage = ({ data }: MessageEvent<Reply<Answer>>) => {
      if (worker === this.#worker) this.#take(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.stop(event.message);
    };
    return worker;
  }

  #take(reply: Reply<Answer>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#rest();
    if ("error" in reply) return waiting?.reject(this.#options.failed(reply.error));
    this.#answered = true;
    waiting?.resolve(reply.answer);
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.stop("it was stopped");
      collectGarbage();
    }, this.#options.idleMs);
    Deno.unrefTimer(this.#idle);
  }
}
