import { Samples } from "./samples.ts";

const EVERY_MS = 500;
const MINUTE = 60_000 / EVERY_MS;

/** How late timers come, in seconds, over the last minute. */
export class EventLoopLag implements Disposable {
  readonly samples = new Samples(MINUTE);
  readonly #timer: ReturnType<typeof setInterval>;

  constructor() {
    let due = performance.now() + EVERY_MS;
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.samples.add(Math.max(0, now - due) / 1000);
      due = now + EVERY_MS;
    }, EVERY_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
