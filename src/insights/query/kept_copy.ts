import { AppError } from "../../errors.ts";
import type { Answered, Question, Refused, Reply } from "./messages.ts";
import type { Revisions } from "./rows.ts";

/** Of the worker, nothing: what it works on is sent to it. */
const PERMISSIONS = {
  ...{ net: false, read: false, write: false, env: false },
  ...{ run: false, ffi: false, sys: false, import: false },
} as const;

/** A copy of what one person sees, in a worker of its own; it ends with the first failure. */
export class KeptCopy {
  /** As of when the copy is; `undefined` before there is anything in it. */
  revisions: Revisions | undefined;
  readonly #worker: Worker;
  #asked: PromiseWithResolvers<Reply> | undefined;
  #end: AppError | undefined;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** @param owner for whom it is kept */
  constructor(readonly owner: string, private readonly idleMs: number) {
    this.#worker = new Worker(new URL("./query_worker.ts", import.meta.url).href, {
      type: "module",
      deno: { permissions: PERMISSIONS },
    });
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#asked?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.end(unusable(event.message));
    };
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Whether nobody has their turn, or waits for it. */
  get isFree(): boolean {
    return this.#waiting === 0;
  }

  /** Resolves when those have had their turn who wait for it now. */
  get freed(): Promise<void> {
    return this.#turn;
  }

  /** Resolves when it is one's turn, which ends when what is answered is disposed of. */
  async turn(): Promise<Disposable> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    this.#waiting++;
    clearTimeout(this.#idle);
    await before;
    return {
      [Symbol.dispose]: () => {
        this.#waiting--;
        if (this.isFree) this.#rest();
        resolve();
      },
    };
  }

  /** Has the worker do what answers nothing. */
  async tell(question: Question, patienceMs: number): Promise<void> {
    await this.#ask(question, patienceMs, unusable(`no answer within ${patienceMs / 1000} s`));
  }

  /** @param late what is thrown where there is no answer in time */
  async run(question: Question, patienceMs: number, late: AppError): Promise<Answered | Refused> {
    const reply = await this.#ask(question, patienceMs, late);
    if (reply.kind === "answered") return reply.answer;
    throw unusable(`it answers "${reply.kind}"`);
  }

  /** Gives the worker up; who is asking is told why. */
  end(why: AppError): void {
    clearTimeout(this.#idle);
    this.#end ??= why;
    this.#worker.terminate();
    this.#asked?.reject(this.#end);
  }

  #rest(): void {
    if (this.ended) return;
    this.#idle = setTimeout(() => this.end(unusable("it was stopped")), this.idleMs);
    Deno.unrefTimer(this.#idle);
  }

  async #ask(question: Question, patienceMs: number, late: AppError): Promise<Reply> {
    if (this.#end) throw this.#end;
    this.#asked = Promise.withResolvers<Reply>();
    const timer = setTimeout(() => this.end(late), patienceMs);
    try {
      this.#worker.postMessage(question);
      const reply = await this.#asked.promise;
      if (reply.kind === "failed") throw unusable(reply.why, reply.advice);
      return reply;
    } catch (error) {
      this.end(unusable("it has failed"));
      throw error;
    } finally {
      clearTimeout(timer);
      this.#asked = undefined;
    }
  }
}

function unusable(why: string, advice = "the call can be tried again"): AppError {
  return new AppError("unavailable", `Cannot use the worker that runs statements: ${why}`, advice);
}
