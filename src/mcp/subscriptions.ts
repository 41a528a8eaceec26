import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { decide, type Principal } from "../permissions.ts";
import type { Engine } from "./call.ts";
import type { Call, DayBegun, Touched } from "./define.ts";
import { silentExchange } from "./exchange.ts";
import { ListFollowers } from "./lists.ts";

/** Whoever is told of changes. */
export interface Subscriber {
  readonly principal: Principal;
  /**
   * Whether it reads something else there than before; of its own life also whether it is gone.
   *
   * @param isOwn whether it was changed in the principal's own life
   */
  sees(isOwn: boolean): Promise<boolean>;
  /** Told once for all changes of a moment. */
  changed(): Promise<void>;
}

/** Changes of one resource within so many milliseconds are told once. */
const MOMENT_MS = 150;

/**
 * Who is to be told of which resource, by address: to tell of a change costs what its own subscribers
 * cost, however many others there are.
 */
export class Subscriptions implements Disposable {
  /** Who is to be told of the list itself. */
  readonly lists: ListFollowers;
  readonly #log: Log;
  /** By the part of an address up to its last slash, then by the address. */
  readonly #subscribers = new Map<string, Map<string, Set<Subscriber>>>();
  /** Whose life each resource that has changed belongs to. */
  readonly #changed = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(log: Log) {
    this.#log = log;
    this.lists = new ListFollowers(log);
  }

  /** Whether anyone is to be told of anything. */
  get any(): boolean {
    return this.#subscribers.size > 0;
  }

  /** Those whose address, or whose list, anyone follows. */
  get people(): string[] {
    const named = [...this.#subscribers.keys()]
      .flatMap((parent) => /^selfos:\/\/users\/([^/]+)/.exec(parent)?.slice(1) ?? []);
    return [...new Set([...named, ...this.lists.people])];
  }

  /** Whether an address is followed that begins like this form; all that are followed are looked through. */
  hasLike(form: string): boolean {
    const [fixed = ""] = form.split("{");
    const parent = parentOf(fixed);
    return this.#subscribers.keys()
      .some((one) => one === parent || one.startsWith(`${parent}/`));
  }

  add(uri: string, subscriber: Subscriber): void {
    const siblings = this.#subscribers.get(parentOf(uri)) ?? new Map<string, Set<Subscriber>>();
    const subscribers = siblings.get(uri) ?? new Set<Subscriber>();
    this.#subscribers.set(parentOf(uri), siblings.set(uri, subscribers.add(subscriber)));
  }

  remove(uri: string, subscriber: Subscriber): void {
    const siblings = this.#subscribers.get(parentOf(uri));
    const subscribers = siblings?.get(uri);
    subscribers?.delete(subscriber);
    if (subscribers?.size === 0) siblings?.delete(uri);
    if (siblings?.size === 0) this.#subscribers.delete(parentOf(uri));
  }

  /**
   * Tells the subscribers of these resources of a life that they have changed, of all below an address
   * that ends with `/*`.
   */
  publish(user_id: string, uris: readonly string[]): void {
    const heard = uris.flatMap((uri) => this.#subscribed(uri));
    if (heard.length === 0) return;
    for (const uri of heard) this.#changed.set(uri, user_id);
    this.#timer ??= setTimeout(() => this.#tell(), MOMENT_MS);
  }

  /** Tells everyone who follows anything that it may be another in this life. */
  publishAll(user_id: string): void {
    const uris = [...this.#subscribers.values()].flatMap((siblings) => [...siblings.keys()]);
    this.publish(user_id, uris);
    this.lists.publish([user_id]);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#subscribers.clear();
    this.lists[Symbol.dispose]();
  }

  #subscribed(uri: string): string[] {
    const siblings = this.#subscribers.get(parentOf(uri));
    if (siblings === undefined) return [];
    if (uri.endsWith("/*")) return [...siblings.keys()];
    return siblings.has(uri) ? [uri] : [];
  }

  #tell(): void {
    this.#timer = undefined;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [uri, user_id] of changed) {
      for (const subscriber of this.#subscribers.get(parentOf(uri))?.get(uri) ?? []) {
        this.#tellOne(subscriber, mayHear(subscriber, user_id, uri), uri);
      }
    }
  }

  /** One who cannot be told must not keep it from the others. */
  #tellOne(subscriber: Subscriber, mayHear: Promise<boolean>, uri: string): void {
    const told = mayHear.then((may) => may ? subscriber.changed() : undefined);
    told.catch((error) =>
      this.#log.debug("Cannot tell of {uri}: {reason}", { uri, reason: messageOf(error) })
    );
  }
}

/**
 * What of one's own life may be read is told by the address; of another's, or where only some life
 * areas are seen, it depends on what is shared and where the item is now. There, what is told is that
 * something else is read: that anything was written would tell of what is withheld.
 */
async function mayHear(
  { principal, sees }: Subscriber,
  user_id: string,
  uri: string,
): Promise<boolean> {
  if (!decide(principal, { read: uri }).allowed) return false;
  const isOwn = principal.user_id === user_id;
  return (isOwn && principal.areas === undefined) || await sees(isOwn);
}

/**
 * Tells the subscribers of what a change may have changed: each resource that anyone follows looks at
 * the store once for a change, however many they are.
 */
export async function tellOf<Context>(
  { registry, subscriptions, contextOf }: Engine<Context>,
  change: Touched,
): Promise<void> {
  const { user_id } = change;
  const { lists } = subscriptions;
  if (!subscriptions.any && !lists.any) return;
  const context = contextOf(callOfChanges(user_id));
  const { resources } = registry;
  if (lists.any) lists.publish(await resources.listTouchedBy(change, context));
  if (subscriptions.any) {
    const isFollowed = (form: string) => subscriptions.hasLike(form);
    subscriptions.publish(user_id, await resources.touchedBy(change, context, isFollowed));
  }
}

/** Tells the subscribers of what is another as a day has begun, and of their lists. */
export async function tellOfDay<Context>(
  { registry: { resources }, subscriptions, contextOf }: Engine<Context>,
  begun: DayBegun,
): Promise<void> {
  const { user_id } = begun;
  subscriptions.lists.publish([user_id]);
  const context = contextOf(callOfChanges(user_id));
  subscriptions.publish(user_id, await resources.touchedByDay(begun, context));
}

/** The call in which it is looked at what changes of a life touch. */
export function callOfChanges(user_id: string): Call {
  return {
    ...silentExchange("selfos", NEVER),
    principal: { user_id, level: "read_only", id: "events" },
    user_id,
    tool: "events",
  };
}

function parentOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf("/"));
}

const NEVER = new AbortController().signal;
