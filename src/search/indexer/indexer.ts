import { setTimeout as sleep } from "node:timers/promises";
import type { RawBuilder } from "kysely";
import { messageOf } from "../../errors.ts";
import { inTime } from "../../in_time.ts";
import { countLeft, type Embedded, peopleLeft } from "../../life/texts.ts";
import { type BatchParts, embedLong, embedShort, renew } from "./batch.ts";
import { BegunTexts } from "./begun.ts";
import { nameOf, Queue, type Reason } from "./queue.ts";
import type { Texts } from "./store.ts";

/** After a failure it is tried again after so long, then after twice that, up to the most. */
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const TELL_EVERY_MS = 10_000;
/** What is told of is more than what a person writes. */
const TOLD = 100;
/** Texts that are left are counted no further. */
const COUNTED = 1000;
/** For more texts nobody waits: they take longer than anybody would. */
const WORTH_WAITING = 500;

/** Embeds texts in the background, some at a time. */
export class Indexer implements AsyncDisposable {
  readonly #parts: BatchParts;
  readonly #queue: Queue;
  /** Whose vectors are to be dropped, if the model answers others now. */
  readonly #outgrown = new Set<string>();
  readonly #end = new AbortController();
  #isWorking = false;
  #working = Promise.resolve();
  #step = Promise.withResolvers<void>();
  #pauseMs = 0;
  #wake = new AbortController();
  #count = 0;
  #toldAt = Date.now();

  constructor(parts: Omit<BatchParts, "begun">) {
    const begun = new BegunTexts();
    this.#parts = { ...parts, begun };
    this.#queue = new Queue(begun);
  }

  /** Embeds, in the background, what is left of one person's texts of a kind. */
  nudge(texts: Texts): void {
    this.#begin(texts, "written");
  }

  /**
   * As {@linkcode nudge}, for which somebody waits so long.
   *
   * @param within of which items it is counted how many are left, up to 1,000; absent, of all
   */
  async catchUp(
    texts: Texts,
    patienceMs: number,
    within?: RawBuilder<boolean>,
  ): Promise<number> {
    const { db, embedder: { model } } = this.#parts;
    const end = performance.now() + patienceMs;
    const count = () => countLeft(db, texts.user_id, texts.entity, model, COUNTED, within);
    // The next step is looked for before it is counted: it may end meanwhile.
    let step = this.#step.promise;
    let left = await count();
    if (left === 0) return 0;
    using _waiting = this.#queue.wait(texts);
    this.nudge(texts);
    while (left > 0 && left <= WORTH_WAITING && this.#pauseMs === 0) {
      const rest = end - performance.now();
      if (rest <= 0 || this.#end.signal.aborted) break;
      await inTime(step, rest).catch(() => {});
      step = this.#step.promise;
      left = await count();
    }
    return left;
  }

  /** Looks whether the model answers other vectors than are stored, and then embeds all anew. */
  outgrown(user_id: string, entity: Embedded): void {
    this.#outgrown.add(nameOf({ user_id, entity }));
    this.nudge({ user_id, entity });
  }

  /** Tries again at once what failed: the embedder has answered. */
  wake(): void {
    this.#wake.abort();
  }

  /** Embeds what an earlier process left, or another model did. */
  async resume(): Promise<void> {
    const { db, embedder: { model }, log } = this.#parts;
    const people = await peopleLeft(db, model);
    if (people.length === 0) return;
    log.info("Embedding memories of {people} with {model}", { people: people.length, model });
    for (const user_id of people) this.#begin({ user_id, entity: "memory" }, "left");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    this.#step.resolve();
    await this.#working;
  }

  #begin(texts: Texts, reason: Reason): void {
    if (this.#end.signal.aborted) return;
    this.#queue.put(texts, reason);
    if (!this.#isWorking) this.#working = this.#work();
  }

  async #work(): Promise<void> {
    const { signal } = this.#end;
    this.#isWorking = true;
    while (!signal.aborted) {
      // Whatever is written from now on puts it back.
      const next = this.#queue.next();
      if (next === undefined) {
        this.#isWorking = false;
        return this.#tell(true);
      }
      const { texts, long } = next;
      try {
        const left = await this.#embedSome(texts, long);
        if (left !== "none") this.#queue.put(texts, left === "long" ? "long" : "left");
        this.#pauseMs = 0;
        this.#tell(false);
      } catch (error) {
        if (signal.aborted) return;
        this.#queue.put(texts, long ? "long" : "left");
        this.#failed(error);
      }
      this.#step.resolve();
      this.#step = Promise.withResolvers();
      if (this.#pauseMs > 0) await this.#pause();
    }
  }

  /** Which texts are left. */
  async #embedSome(texts: Texts, long: boolean) {
    const options = { urgent: this.#queue.isWaitedFor(texts), signal: this.#end.signal };
    const name = nameOf(texts);
    if (this.#outgrown.has(name)) {
      await renew(this.#parts, texts, options);
      this.#outgrown.delete(name);
    }
    const embed = long ? embedLong : embedShort;
    const { count, left } = await embed(this.#parts, texts, options);
    this.#count += count;
    return left;
  }

  async #pause(): Promise<void> {
    this.#wake = new AbortController();
    const signal = AbortSignal.any([this.#end.signal, this.#wake.signal]);
    await sleep(this.#pauseMs, undefined, { signal, ref: false }).catch(() => {});
  }

  #failed(error: unknown): void {
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * this.#pauseMs));
    this.#parts.log.warning("Cannot embed texts: {reason}; tried again in {pause} s", {
      reason: messageOf(error),
      pause: this.#pauseMs / 1000,
    });
  }

  /** Of much work, how far it is. */
  #tell(finished: boolean): void {
    const now = Date.now();
    if (this.#count < TOLD || (!finished && now - this.#toldAt < TELL_EVERY_MS)) return;
    this.#toldAt = now;
    const { log, embedder: { model } } = this.#parts;
    log.info(finished ? "Embedded {count} texts with {model}" : "Embedded {count} texts so far", {
      count: this.#count,
      model,
    });
    if (finished) this.#count = 0;
  }
}
