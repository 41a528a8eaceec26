import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { decide, type Principal } from "../permissions.ts";
import type { Engine } from "./call.ts";
import type { Touched } from "./define.ts";
import { silentExchange } from "./exchange.ts";

/** One resource of one person, as subscriptions are kept. */
export interface Address {
  readonly user_id: string;
  readonly uri: string;
}

/** Whoever is told of changes. */
export interface Subscriber {
  readonly principal: Principal;
  /** Told once for all changes of a moment. */
  changed(): Promise<void>;
}

/** Changes of one resource within so many milliseconds are told once. */
const MOMENT_MS = 50;

/**
 * Who is to be told of which resource, by address: a change costs what its own subscribers cost,
 * however many others there are.
 */
export class Subscriptions implements Disposable {
  readonly #log: Log;
  /** By person, then by address. */
  readonly #subscribers = new Map<string, Map<string, Set<Subscriber>>>();
  readonly #changed = new Map<string, Set<string>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Whether anyone is to be told of anything of this person. */
  concern(user_id: string): boolean {
    return this.#subscribers.has(user_id);
  }

  add({ user_id, uri }: Address, subscriber: Subscriber): void {
    const ofPerson = this.#subscribers.get(user_id) ?? new Map<string, Set<Subscriber>>();
    this.#subscribers.set(user_id, ofPerson);
    ofPerson.set(uri, (ofPerson.get(uri) ?? new Set<Subscriber>()).add(subscriber));
  }

  remove({ user_id, uri }: Address, subscriber: Subscriber): void {
    const ofPerson = this.#subscribers.get(user_id);
    const subscribers = ofPerson?.get(uri);
    subscribers?.delete(subscriber);
    if (subscribers?.size === 0) ofPerson?.delete(uri);
    if (ofPerson?.size === 0) this.#subscribers.delete(user_id);
  }

  /** Tells the subscribers of these resources of a person that they have changed. */
  publish(user_id: string, uris: readonly string[]): void {
    const ofPerson = this.#subscribers.get(user_id);
    const heard = uris.filter((uri) => ofPerson?.has(uri));
    if (heard.length === 0) return;
    this.#changed.set(user_id, new Set([...this.#changed.get(user_id) ?? [], ...heard]));
    this.#timer ??= setTimeout(() => this.#tell(), MOMENT_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#subscribers.clear();
  }

  #tell(): void {
    this.#timer = undefined;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [user_id, uris] of changed) {
      for (const uri of uris) {
        for (const subscriber of this.#subscribers.get(user_id)?.get(uri) ?? []) {
          this.#tellOne(subscriber, { user_id, uri });
        }
      }
    }
  }

  /** One who cannot be told must not keep it from the others. */
  #tellOne(subscriber: Subscriber, address: Address): void {
    if (!isAllowed(subscriber.principal, address)) return;
    subscriber.changed().catch((error) =>
      this.#log.debug("Cannot tell of {uri}: {message}", {
        uri: address.uri,
        message: messageOf(error),
      })
    );
  }
}

function isAllowed(principal: Principal, { user_id, uri }: Address): boolean {
  return decide(principal, { actFor: user_id }).allowed &&
    decide(principal, { read: uri }).allowed;
}

/**
 * Tells the subscribers of what a change may have changed: one look at the store for a change,
 * however many they are, and none where nobody of that life listens.
 */
export async function tellOf<Context>(
  { registry, subscriptions, contextOf }: Engine<Context>,
  change: Touched,
): Promise<void> {
  const { user_id } = change;
  if (!subscriptions.concern(user_id)) return;
  const context = await contextOf({
    ...silentExchange("selfos", NEVER),
    principal: { user_id, level: "read_only", id: "events" },
    user_id,
    tool: "events",
    access: "read",
  });
  subscriptions.publish(user_id, await registry.resources.touchedBy(change, context));
}

const NEVER = new AbortController().signal;
