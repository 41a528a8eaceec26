import { createHash } from "node:crypto";
import type { LoggingLevel } from "@modelcontextprotocol/server";
import { AppError, quote } from "../errors.ts";
import type { Principal } from "../permissions.ts";
import type { Engine } from "./call.ts";
import { silentExchange } from "./exchange.ts";
import { ListInterest } from "./list_interest.ts";
import { readResource } from "./resources.ts";

/** What a connection wants to be told of: plain data, to be kept and taken up elsewhere. */
export interface InterestState {
  /** The addresses it subscribed to, as the client wrote them. */
  readonly uris: readonly string[];
  /** The least level of what it is told for its log; absent, it did not say. */
  readonly level?: LoggingLevel | undefined;
}

/** What is known of a resource that is followed. */
interface Glimpse {
  /** Equal where the same is seen. */
  readonly print: string;
  readonly isForeign: boolean;
}

/** The print of what is seen no more. */
const GONE = "";

const CONNECTION = Symbol("the connection");

/** Who wants to know: the connection itself, or a stream of it by its request. */
type Holder = string | number | typeof CONNECTION;

interface Wish {
  readonly holders: Set<Holder>;
  /** Settled once the resource has been looked at. */
  begun: Promise<void>;
  /** Absent until then. */
  end?: () => void;
  /** Whether it may come to be that the principal can read it no more. */
  uncertain: boolean;
  /** Whether it is of another person's life, as it was read last. */
  isForeign: boolean;
}

/** One connection may subscribe to as many resources at once. */
const MOST_URIS = 1000;

/** What one connection of a principal wants to be told of, until it is closed. */
export class Interests<Context> {
  level: LoggingLevel | undefined;
  /** What it wants to be told of the list of resources. */
  readonly list: ListInterest<Context, Holder>;
  readonly #engine: () => Promise<Engine<Context>>;
  readonly #wishes = new Map<string, Wish>();
  #tell: (uri: string) => Promise<void> = () => Promise.resolve();
  #emptied: () => void = () => {};
  #closed = false;

  constructor(engine: () => Promise<Engine<Context>>, readonly principal: Principal) {
    this.#engine = engine;
    this.list = new ListInterest(engine, principal);
  }

  /** Follows the list of resources for as long as the connection is open. */
  async followList(holder: Holder = CONNECTION): Promise<void> {
    await this.list.follow(holder);
  }

  /** Names who passes on which resource has changed; the last one named does. */
  toldBy(tell: (uri: string) => Promise<void>): void {
    this.#tell = tell;
  }

  /** Names who is told when the last resource was taken away. */
  emptiedBy(emptied: () => void): void {
    this.#emptied = emptied;
  }

  get state(): InterestState {
    const begun = [...this.#wishes].filter(([, { end }]) => end !== undefined);
    return { uris: begun.map(([uri]) => uri), level: this.level };
  }

  /** Takes up what another connection wanted; what may not be read any more is left out. */
  async restore({ uris, level }: InterestState): Promise<void> {
    this.level = level;
    await this.subscribeToReadable(uris);
  }

  /**
   * Subscribes to a resource that the principal can read now.
   *
   * @throws AppError `not_found`; `permission_denied`; `invalid_input` when nobody is told of it, or
   *   there are too many
   */
  async subscribe(uri: string, holder: Holder = CONNECTION): Promise<void> {
    // What is followed already may have come to be withheld since.
    if (this.#wishes.get(uri)?.uncertain) await this.#read(uri);
    const wish = this.#wishes.get(uri) ?? this.#wish(uri);
    wish.holders.add(holder);
    await wish.begun;
  }

  /**
   * Subscribes to those resources that the principal can read, and answers which.
   *
   * @param watch runs each subscription, to see how it ends
   */
  async subscribeToReadable(
    uris: readonly string[],
    holder?: Holder,
    watch = (_uri: string, subscribe: () => Promise<void>) => subscribe(),
  ): Promise<string[]> {
    const readable: string[] = [];
    for (const uri of new Set(uris)) {
      try {
        await watch(uri, () => this.subscribe(uri, holder));
        readable.push(uri);
      } catch (error) {
        if (!(error instanceof AppError) || error.code === "unavailable") throw error;
      }
    }
    return readable;
  }

  unsubscribe(uri: string, holder: Holder = CONNECTION): void {
    const wish = this.#wishes.get(uri);
    wish?.holders.delete(holder);
    if (wish?.holders.size !== 0) return;
    this.#wishes.delete(uri);
    wish.end?.();
  }

  /** Ends all that a stream of the connection wanted. */
  release(holder: Holder): void {
    this.list.release(holder);
    for (const uri of [...this.#wishes.keys()]) this.unsubscribe(uri, holder);
  }

  /**
   * Ends what the principal may read no more, as what was shared with it is not any more. What is its own
   * may come back from where it went.
   */
  async review(): Promise<void> {
    const uncertain = [...this.#wishes].filter(([, wish]) => wish.uncertain && wish.isForeign);
    for (const [uri, wish] of uncertain) {
      if (await this.#readOrNot(uri) !== undefined || this.#wishes.get(uri) !== wish) continue;
      this.#wishes.delete(uri);
      wish.end?.();
      if (this.#wishes.size === 0 && !this.list.any) this.#emptied();
    }
    await this.list.review();
  }

  close(): void {
    this.#closed = true;
    this.list.close();
    for (const { end } of this.#wishes.values()) end?.();
    this.#wishes.clear();
  }

  /** Known from here on, so that it is counted, and can be ended while it is looked at. */
  #wish(uri: string): Wish {
    if (this.#wishes.size >= MOST_URIS) {
      throw refused(uri, `the connection has ${MOST_URIS} subscriptions`, "unsubscribe from some");
    }
    const wish: Wish = {
      ...{ holders: new Set(), begun: Promise.resolve() },
      ...{ uncertain: false, isForeign: false },
    };
    this.#wishes.set(uri, wish);
    wish.begun = this.#begin(uri, wish);
    return wish;
  }

  async #begin(uri: string, wish: Wish): Promise<void> {
    const wanted = () => this.#wishes.get(uri) === wish;
    try {
      const end = await this.#listen(uri, wish);
      if (wanted() && !this.#closed) wish.end = end;
      else end();
    } catch (error) {
      if (wanted()) this.#wishes.delete(uri);
      throw error;
    }
  }

  async #listen(uri: string, wish: Wish): Promise<() => void> {
    const engine = await this.#engine();
    const principal = this.principal;
    const { resource, uri: address } = engine.registry.resources.locate(principal, uri);
    if (resource.touchedBy === undefined) throw refused(uri, "nobody is told when it changes");
    wish.uncertain = await engine.mayLose(principal);
    let last = await this.#read(uri);
    wish.isForeign = last.isForeign;
    const subscriber = {
      principal,
      sees: async (isOwn: boolean) => {
        const before = last;
        // That others wrote what they do not share any more is not told.
        last = await this.#readOrNot(uri) ?? (isOwn ? { ...before, print: GONE } : before);
        wish.isForeign = last.isForeign;
        return last.print !== before.print;
      },
      changed: async () => {
        // Who serves a single connection looks at its credential here.
        await this.#engine();
        await this.#tell(uri);
      },
    };
    engine.subscriptions.add(address, subscriber);
    return () => engine.subscriptions.remove(address, subscriber);
  }

  /** Looks at what is there. */
  async #read(uri: string): Promise<Glimpse> {
    const { contents } = await readResource(await this.#engine(), this.principal, uri, SILENT);
    const seen = contents.map((content) =>
      "text" in content ? content.text.replace(WITHHELD, "") : content
    );
    return {
      print: createHash("sha256").update(JSON.stringify(seen)).digest("base64url"),
      isForeign: contents.some((content) => "text" in content && hasOwner(content.text)),
    };
  }

  /** As {@linkcode Interests.#read}; `undefined` where the principal may not read it, or not any more. */
  async #readOrNot(uri: string): Promise<Glimpse | undefined> {
    try {
      return await this.#read(uri);
    } catch (error) {
      if (error instanceof AppError && error.code !== "unavailable") return undefined;
      throw error;
    }
  }
}

/** Whether an item in JSON is of another's life: then it says whose it is. */
function hasOwner(text: string): boolean {
  const item = /^\{"(goal|task|memory)":/.exec(text)?.[1];
  return item !== undefined && JSON.parse(text)[item].owner !== undefined;
}

/** How much is withheld, as resources tell it: whoever does not see it is told of no change of that. */
const WITHHELD = /"withheld":\d+|\n\n\d+ items? withheld, .*/g;

const SILENT = silentExchange("subscription", new AbortController().signal);

function refused(uri: string, why: string, advice?: string): AppError {
  return new AppError("invalid_input", `Cannot subscribe to ${quote(uri)} as ${why}`, advice);
}
