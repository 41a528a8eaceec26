import { z } from "zod";
import type { Cache } from "../cache/cache.ts";
import { VERSION } from "../version.ts";
import type { Call, Content, Touched } from "./define.ts";
import { silentExchange } from "./exchange.ts";
import type { Located } from "./resources.ts";
import { callOfChanges } from "./subscriptions.ts";

/** Names the newest change of a life; equal where nothing was changed. */
type Revision = string;

/** How the store stands to whoever makes a call. */
export interface Standing {
  /** All that decides what they see beside the items of lives: equal, it is the same. */
  readonly view: string;
  /** Of every life of which they see something, by its person. */
  readonly revisions: Readonly<Record<string, Revision>>;
  /** Whether they see all of one life and nothing else, so that a resource can tell what changes touch. */
  readonly whole: boolean;
}

/** What is asked of the store before a reading is taken from a cache. */
export interface Standings<Context> {
  standingOf(call: Call): Promise<Standing>;
  /** The changes of a life since a revision; `undefined` where they are too many, or not known. */
  changesSince(user_id: string, since: Revision): Promise<readonly Touched[] | undefined>;
  contextOf(call: Call): Context;
  now(): Date;
}

/** A reading that is kept. */
interface Entry extends z.infer<typeof Head> {
  readonly text: string;
}

const Head = z.object({
  /** Milliseconds since the epoch. */
  until: z.number(),
  /** The state of the lives it was made from, or a later one in which it is the same. */
  revisions: z.record(z.string(), z.string()),
  lastModified: z.string().optional(),
});

/** What is read, and by whom. */
interface Place<Context> extends Pick<Located<Context>, "resource" | "reading" | "uri"> {
  readonly call: Call;
  readonly key: string;
  readonly standing: Standing;
}

/** Whether a reading was found, and so nothing had to be made. */
interface Outcome {
  readonly content: Content;
  readonly found: boolean;
}

/**
 * Readings of resources, kept for whoever sees the same.
 *
 * None is given out before the store has told that nothing of it has changed: a cache may be as old as
 * it likes, and a write needs to tell none of them.
 */
export class CachedReadings<Context> implements AsyncDisposable {
  readonly #standings: Standings<Context>;
  readonly #open: () => Promise<readonly Cache[]>;
  #caches: Promise<readonly Cache[]> | undefined;
  readonly #flights = new Map<string, Promise<Outcome>>();
  /** How many readings were asked for that may be kept. */
  asked = 0;
  /** How many of them did not have to be made. */
  kept = 0;

  /** @param open the caches, the nearest first; asked with the first reading */
  constructor(standings: Standings<Context>, open: () => Promise<readonly Cache[]>) {
    this.#standings = standings;
    this.#open = open;
  }

  /** Reads a resource that the principal of the call may read. */
  async read(
    { resource, reading, uri }: Located<Context>,
    call: Call,
    ttl: number,
  ): Promise<Content> {
    const standing = await this.#standingOf(resource, call);
    const key = JSON.stringify([VERSION, uri, standing.view]);
    const place = { resource, reading, uri, call, key, standing };
    // Who comes after a write sees other revisions, and joins nobody who began before it.
    const flight = `${key} ${JSON.stringify(standing.revisions)}`;
    this.asked++;
    const joined = this.#flights.get(flight);
    if (joined !== undefined) {
      const { content } = await joined;
      this.kept++;
      return content;
    }
    const begun = this.#findOrMake(place, ttl).finally(() => this.#flights.delete(flight));
    this.#flights.set(flight, begun);
    const { content, found } = await begun;
    if (found) this.kept++;
    return content;
  }

  /** Drops the caches, which are opened anew when they are needed. */
  async forget(): Promise<void> {
    const caches = this.#caches;
    this.#caches = undefined;
    for (const cache of await caches ?? []) await cache[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cache of await this.#caches ?? []) await cache[Symbol.asyncDispose]();
  }

  async #standingOf(resource: Located<Context>["resource"], call: Call): Promise<Standing> {
    const standing = await this.#standings.standingOf(call);
    if (resource.beside === undefined) return standing;
    const beside = await resource.beside(this.#standings.contextOf(call));
    return { ...standing, view: JSON.stringify([standing.view, beside]) };
  }

  async #findOrMake(place: Place<Context>, ttl: number): Promise<Outcome> {
    const caches = await (this.#caches ??= this.#open());
    for (const [at, cache] of caches.entries()) {
      const entry = entryIn(await cache.get(place.key));
      if (entry === undefined) continue;
      if (await this.#isGood(entry, place)) {
        const isCurrent = isSame(entry.revisions, place.standing.revisions);
        this.#keep(caches.slice(0, isCurrent ? at : at + 1), place, entry);
        const { text, lastModified } = entry;
        return { content: { text, ...(lastModified ? { lastModified } : {}) }, found: true };
      }
      cache.delete(place.key);
    }
    return { content: await this.#make(caches, place, ttl), found: false };
  }

  async #isGood({ until, revisions }: Entry, place: Place<Context>): Promise<boolean> {
    const { standing, call, resource } = place;
    if (until <= this.#standings.now().getTime()) return false;
    if (isSame(revisions, standing.revisions)) return true;
    if (!standing.whole || await this.#isTouched(revisions, place)) return false;
    // What a change touches was looked up in the store as it is by now: that must be the same state.
    const now = await this.#standingOf(resource, call);
    return now.view === standing.view && isSame(now.revisions, standing.revisions);
  }

  async #isTouched(
    revisions: Entry["revisions"],
    { resource, uri, call }: Place<Context>,
  ): Promise<boolean> {
    const { user_id } = call;
    const changes = await this.#standings.changesSince(user_id, revisions[user_id] ?? "");
    if (changes === undefined || resource.touchedBy === undefined) return true;
    const context = this.#standings.contextOf(callOfChanges(user_id));
    for (const change of changes) {
      const touched = await resource.touchedBy(change, context);
      if (touched.some((address) => isAmong(uri, address))) return true;
    }
    return false;
  }

  /** The revisions are those from before: what is made may be newer than it says, but never older. */
  async #make(
    caches: readonly Cache[],
    place: Place<Context>,
    ttl: number,
  ): Promise<Content> {
    const { resource, reading, call, standing } = place;
    // It is made for all who ask at the same time: the one who asked first may give up.
    const content = await reading.read(
      this.#standings.contextOf({ ...call, ...silentExchange(call.client, NEVER) }),
    );
    if (!("text" in content)) return content;
    const { view } = await this.#standingOf(resource, call);
    if (view === standing.view) {
      const until = this.#standings.now().getTime() + ttl * 1000;
      this.#keep(caches, place, { ...content, until });
    }
    return content;
  }

  #keep(
    caches: readonly Cache[],
    { key, standing: { revisions } }: Place<Context>,
    { until, text, lastModified }: Omit<Entry, "revisions">,
  ): void {
    const lasts = until - this.#standings.now().getTime();
    const head: z.infer<typeof Head> = { until, revisions, lastModified };
    for (const cache of caches) cache.set(key, `${JSON.stringify(head)}\n${text}`, lasts);
  }
}

const NEVER = new AbortController().signal;

/** What was kept; `undefined` where it is nothing of ours. */
function entryIn(kept: string | undefined): Entry | undefined {
  if (kept === undefined) return undefined;
  const end = kept.indexOf("\n");
  const { data: head } = Head.safeParse(jsonIn(kept.slice(0, end)));
  return head && { ...head, text: kept.slice(end + 1) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether an address is this one, or one right below where it ends with `/*`. */
function isAmong(uri: string, address: string): boolean {
  if (!address.endsWith("/*")) return uri === address;
  return uri.slice(0, uri.lastIndexOf("/")) === address.slice(0, -2);
}

function isSame(one: Standing["revisions"], other: Standing["revisions"]): boolean {
  const owners = Object.keys(one);
  return owners.length === Object.keys(other).length &&
    owners.every((owner) => one[owner] === other[owner]);
}
