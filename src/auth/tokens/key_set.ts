import type { Issuer } from "../../config/issuers.ts";
import { AppError, messageOf, quote } from "../../errors.ts";
import { inTime } from "../../in_time.ts";
import type { Log } from "../../log.ts";
import { keysUrlOf } from "./discovery.ts";
import { documentAt, type Fetch, withoutSecrets } from "./documents.ts";
import { keysIn, type PublicKey } from "./public_key.ts";
import { refused } from "./refusal.ts";

/** How the keys of an issuer are looked after. */
export interface KeySetOptions {
  readonly fetch: Fetch;
  readonly log: Log;
  now(): Date;
}

/** Older keys are fetched again, behind the call that uses them. */
const FRESH_MS = 10 * 60_000;

/** Keys that are older than this are not used before they are fetched, where that can be done. */
const STALE_MS = 2 * FRESH_MS;

/** How long calls with a known key wait for an issuer that was asked. */
const KNOWN_WAIT_MS = 1000;

/** An issuer is not asked again before, whatever keys are named. */
const PAUSE_MS = 30_000;

/** The keys with which one issuer signs, kept while it cannot be reached. */
export class KeySet implements AsyncDisposable {
  readonly #issuer: Issuer;
  readonly #options: KeySetOptions;
  readonly #stop = new AbortController();
  #keys: readonly PublicKey[] = [];
  #fetchedAt = -Infinity;
  #askedAt = -Infinity;
  #failure: AppError | undefined;
  #asking: Promise<void> | undefined;
  /** Resolves once it has answered, or has taken long. */
  #asked: Promise<void> = Promise.resolve();

  constructor(issuer: Issuer, options: KeySetOptions) {
    this.#issuer = issuer;
    this.#options = options;
  }

  /**
   * The keys of this name.
   *
   * @throws AppError `unauthenticated` when there is none; `unavailable` when nobody can tell
   */
  async find(kid: string): Promise<readonly PublicKey[]> {
    const known = this.#named(kid);
    const age = this.#since(this.#fetchedAt);
    if (known.length > 0 && age < STALE_MS) {
      if (age >= FRESH_MS) this.#ask();
      return known;
    }
    const asking = this.#ask();
    // Whoever has a known key waits for no issuer that hangs: what it answers later counts later.
    await (known.length > 0 ? this.#asked : asking);
    const found = this.#named(kid);
    if (found.length > 0) return found;
    if (this.#failure !== undefined) throw this.#failure;
    throw refused(`is signed with a key that ${this.#issuer.issuer} does not have: ${quote(kid)}`);
  }

  /**
   * The keys of this name that there are beside those that were seen, for which the issuer is asked
   * where it may be; those that were seen where there are no others, or it does not answer.
   */
  async findOthers(kid: string, seen: readonly PublicKey[]): Promise<readonly PublicKey[]> {
    const known = this.#named(kid);
    if (!isSame(known, seen)) return known;
    await this.#ask();
    const found = this.#named(kid);
    return isSame(found, seen) ? seen : found;
  }

  /** Whether the issuer has a key still, as far as is known; that is renewed behind the call when it is old. */
  has(print: string): boolean {
    if (this.#since(this.#fetchedAt) >= FRESH_MS) this.#ask();
    return this.#keys.some((key) => key.print === print);
  }

  /** Gives up what is being fetched. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("selfos ends"));
    await this.#asking;
  }

  #named(kid: string): readonly PublicKey[] {
    return this.#keys.filter((key) => key.kid === kid);
  }

  /** Asks the issuer, unless it was asked just now; those who come together ask once. */
  #ask(): Promise<void> {
    if (this.#asking === undefined && this.#since(this.#askedAt) >= PAUSE_MS) {
      this.#askedAt = this.#options.now().getTime();
      this.#asking = this.#fetch().finally(() => this.#asking = undefined);
      this.#asked = inTime(this.#asking, KNOWN_WAIT_MS).catch(() => {});
    }
    return this.#asking ?? Promise.resolve();
  }

  async #fetch(): Promise<void> {
    const { fetch, log, now } = this.#options;
    const { issuer } = this.#issuer;
    const { signal } = this.#stop;
    try {
      const url = await keysUrlOf(this.#issuer, fetch, signal);
      const document = await documentAt(fetch, url, signal);
      const shown = withoutSecrets(url);
      if (document === undefined) throw new Error(`there is nothing at ${shown}`);
      this.#keys = keysIn(document, shown);
      this.#fetchedAt = now().getTime();
      if (this.#failure !== undefined) log.info("The keys of {issuer} are known again", { issuer });
      this.#failure = undefined;
    } catch (error) {
      if (signal.aborted) return;
      const failure = error instanceof AppError ? error : cannotFetch(issuer, error);
      const { message, advice } = failure;
      if (this.#failure?.message !== message) {
        log.warning("{fault}; {advice}", { fault: message, advice });
      }
      this.#failure = failure;
    }
  }

  /** Milliseconds; for ever where the clock was set back, as then nobody knows. */
  #since(time: number): number {
    const age = this.#options.now().getTime() - time;
    return age >= 0 ? age : Infinity;
  }
}

function isSame(some: readonly PublicKey[], others: readonly PublicKey[]): boolean {
  return some.length === others.length &&
    some.every(({ print }, index) => print === others[index]?.print);
}

function cannotFetch(issuer: string, error: unknown): AppError {
  return new AppError(
    "unavailable",
    `Cannot verify tokens of ${issuer} as its keys cannot be fetched: ${messageOf(error)}`,
    "check that it runs and can be reached from here; the call can be tried again",
    { cause: error },
  );
}
