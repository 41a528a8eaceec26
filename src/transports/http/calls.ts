/** How long an answer is on its way from the call to its stream. */
const WRITING_MS = 20;

/** The requests and calls that are running. */
export class Calls {
  readonly #running = new Set<Promise<unknown>>();
  #deadline = Infinity;

  add(call: Promise<unknown>): void {
    this.#running.add(call);
    const end = () => void this.#running.delete(call);
    call.then(end, end);
  }

  /** Milliseconds that are left of the time to finish. */
  get left(): number {
    return Math.max(0, this.#deadline - performance.now());
  }

  /** Waits until none runs and their answers are out, or for so long. */
  async finished(milliseconds: number): Promise<void> {
    this.#deadline = performance.now() + milliseconds;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    while (this.#running.size > 0 && this.left > 0) {
      await Promise.race([Promise.allSettled(this.#running), late]);
    }
    clearTimeout(timer);
    await new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, WRITING_MS)));
  }
}
