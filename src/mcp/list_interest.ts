import { AppError } from "../errors.ts";
import type { Principal } from "../permissions.ts";
import type { Engine } from "./call.ts";
import { printOfList, rightsToList } from "./listing.ts";
import type { ListFollower } from "./lists.ts";

/** What one connection wants to be told of the list of resources, until it is closed. */
export class ListInterest<Context, Holder> {
  readonly #engine: () => Promise<Engine<Context>>;
  readonly #principal: Principal;
  readonly #holders = new Set<Holder>();
  /** The print of the list that the client knows; `undefined` where it could not be looked at. */
  #known: Promise<string | undefined> | undefined;
  #tell: () => Promise<void> = () => Promise.resolve();
  #end: (() => void) | undefined;
  #closed = false;

  constructor(engine: () => Promise<Engine<Context>>, principal: Principal) {
    this.#engine = engine;
    this.#principal = principal;
  }

  /** Names who passes on that the list has changed; the last one named does. */
  toldBy(tell: () => Promise<void>): void {
    this.#tell = tell;
  }

  get any(): boolean {
    return this.#holders.size > 0;
  }

  /** Tells of changes from here on. @throws AppError `unavailable` */
  async follow(holder: Holder): Promise<void> {
    this.#holders.add(holder);
    const engine = await this.#engine();
    if (this.#closed || !this.any || this.#end) return;
    const { lists } = engine.subscriptions;
    const follower: ListFollower = {
      principal: this.#principal,
      look: () => printOfList(engine, this.#principal),
      seen: (print) => this.#seen(print),
    };
    lists.add(follower);
    this.#end = () => lists.remove(follower);
    this.#known ??= follower.look().catch(() => undefined);
    await this.#known;
  }

  /** Notes that the client was given the list, as this principal is shown it. */
  given(principal: Principal, print: string): void {
    if (rightsToList(principal) === rightsToList(this.#principal)) {
      this.#known = Promise.resolve(print);
    }
  }

  release(holder: Holder): void {
    this.#holders.delete(holder);
    if (!this.any) this.#stop();
  }

  /** Looks at what no event tells of: what is shared with the person, and which day it is. */
  async review(): Promise<void> {
    if (this.#end === undefined) return;
    try {
      await this.#seen(await printOfList(await this.#engine(), this.#principal));
    } catch (error) {
      // Whoever may see no list any more is told of none.
      if (!(error instanceof AppError) || error.code === "unavailable") throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #stop(): void {
    this.#end?.();
    this.#end = undefined;
  }

  async #seen(print: string): Promise<void> {
    const known = await this.#known;
    if (known === print || !this.#end) return;
    this.#known = Promise.resolve(print);
    // Who serves a single connection looks at its credential here.
    await this.#engine();
    await this.#tell();
  }
}
