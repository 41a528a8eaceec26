import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Principal } from "../permissions.ts";
import { rightsToList } from "./listing.ts";

/** Whoever is told when the list of resources is another than it was given. */
export interface ListFollower {
  readonly principal: Principal;
  /** The print of the list as it is now. */
  look(): Promise<string>;
  /** Told of that print, once for all changes of a moment. */
  seen(print: string): Promise<void>;
}

/** Changes within so many milliseconds are told once. */
const MOMENT_MS = 150;

/** Who follows the list of resources, by the person whose list it is. */
export class ListFollowers implements Disposable {
  readonly #log: Log;
  readonly #followers = new Map<string, Set<ListFollower>>();
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  get any(): boolean {
    return this.#followers.size > 0;
  }

  /** Whose list is followed. */
  get people(): string[] {
    return [...this.#followers.keys()];
  }

  add(follower: ListFollower): void {
    const { user_id } = follower.principal;
    const followers = this.#followers.get(user_id) ?? new Set();
    this.#followers.set(user_id, followers.add(follower));
  }

  remove(follower: ListFollower): void {
    const { user_id } = follower.principal;
    const followers = this.#followers.get(user_id);
    followers?.delete(follower);
    if (followers?.size === 0) this.#followers.delete(user_id);
  }

  /** Has those look who follow the lists of these people, which may have changed. */
  publish(people: readonly string[]): void {
    const followed = people.filter((user_id) => this.#followers.has(user_id));
    if (followed.length === 0) return;
    for (const user_id of followed) this.#changed.add(user_id);
    this.#timer ??= setTimeout(() => this.#tell(), MOMENT_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#followers.clear();
  }

  #tell(): void {
    this.#timer = undefined;
    const people = [...this.#changed];
    this.#changed.clear();
    /** One look for all that are shown the same. */
    const looks = new Map<string, Promise<string>>();
    for (const follower of people.flatMap((person) => [...this.#followers.get(person) ?? []])) {
      const rights = rightsToList(follower.principal);
      const look = looks.get(rights) ?? follower.look();
      looks.set(rights, look);
      this.#tellOne(follower, look);
    }
  }

  /** One who cannot be told must not keep it from the others. */
  #tellOne(follower: ListFollower, look: Promise<string>): void {
    look.then((print) => follower.seen(print)).catch((error) =>
      this.#log.debug("Cannot tell of the list: {reason}", { reason: messageOf(error) })
    );
  }
}
