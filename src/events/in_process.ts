import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Change, Events } from "./events.ts";

/** Events within one process. */
export class InProcessEvents implements Events {
  readonly #log: Log;
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(log: Log) {
    this.#log = log;
  }

  publish(change: Change): void {
    for (const listener of this.#listeners) queueMicrotask(() => this.#tell(listener, change));
  }

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(listener: (change: Change) => void, change: Change): void {
    try {
      listener(change);
    } catch (error) {
      this.#log.error("Cannot pass on change {change_id}: {reason}", {
        change_id: change.change_id,
        reason: messageOf(error),
      });
    }
  }
}
