import type { AppError } from "../errors.ts";
import { BadCredential } from "../errors.ts";
import type { Asker, Attempt } from "./audit.ts";

const WINDOW_MS = 60_000;

/** Wrong credentials of one address that are recorded one by one in a minute, as many as it may show. */
const EACH = 30;
/** And of all addresses together: whoever guesses may have any number of them. */
const ALL = 600;

/** Turns refusals into records, so many a minute and no more: guessing must not fill the disk. */
export class Floods {
  #window = 0;
  #recorded = 0;
  readonly #seen = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The record of a refused credential; `undefined` where those of this minute say it already. */
  refused(error: AppError, address: string | null, limited: boolean): Attempt | undefined {
    const why = error instanceof BadCredential ? error.why : "unknown";
    const alone = limited || why === "missing" || this.#count(`${address}`) > EACH;
    const reason = limited || (alone && why !== "missing") ? "limited" : why;
    if (alone && this.#count(`${address} ${reason}`) > 1) return undefined;
    const key = !alone && error instanceof BadCredential ? error.key : undefined;
    return this.#admit({
      action: "authenticate",
      asker: key === undefined ? null : { id: key.id, user_id: null },
      user_id: key?.user_id ?? null,
      target: null,
      ...{ client: null, address, duration_ms: 0, request_id: null },
      outcome: reason === "limited" ? "rate_limited" : error.code,
      reason,
    });
  }

  /** The record of a good credential with too many calls; `undefined` where there is one already. */
  limited(asker: Asker, address: string | null): Attempt | undefined {
    if (this.#count(`limited ${asker.id}`) > 1) return undefined;
    return this.#admit({
      action: "authenticate",
      asker,
      user_id: asker.user_id,
      target: null,
      ...{ client: null, address, duration_ms: 0, request_id: null },
      outcome: "rate_limited",
      reason: "limited",
    });
  }

  /** How often this has come in the present minute, this time included. */
  #count(what: string): number {
    const window = Math.floor(this.now() / WINDOW_MS);
    if (window !== this.#window) {
      this.#window = window;
      this.#recorded = 0;
      this.#seen.clear();
    }
    const count = (this.#seen.get(what) ?? 0) + 1;
    // Of addresses without number, those that come late are not told apart.
    if (count > 1 || this.#seen.size < 2 * ALL) this.#seen.set(what, count);
    return count;
  }

  /** The last one of a minute stands for all that come after it, from wherever. */
  #admit(attempt: Attempt): Attempt | undefined {
    if (this.#recorded > ALL) return undefined;
    this.#recorded++;
    if (this.#recorded <= ALL) return attempt;
    return {
      ...attempt,
      ...{ asker: null, user_id: null, address: null },
      ...{ outcome: "rate_limited" as const, reason: "limited" },
    };
  }
}
