import { isObject } from "../../json.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Mail } from "../instances.ts";
import { type Link, PREFIX } from "./link.ts";

type Take = (letter: unknown) => void;

/** Mail by publishing: a box is a channel, open where someone subscribes to it. */
export class RedisMail implements Mail {
  readonly #link: Link;
  readonly #log: Log;
  readonly #prefix: string;
  readonly #open = new Map<string, Take>();
  /** Channels that were left while Redis could not be told. */
  readonly #left = new Set<string>();

  /** @param database channels belong to no database: its number keeps installations apart */
  constructor(link: Link, database: string, log: Log) {
    this.#link = link;
    this.#log = log;
    this.#prefix = `${PREFIX}${database}:`;
    link.onJoined(() => this.#catchUp().catch(() => {}));
  }

  async send(box: string, letter: unknown): Promise<number> {
    const channel = this.#prefix + box;
    const text = JSON.stringify({ from: this.#link.id, letter });
    try {
      const receivers = await this.#link.run((client) => client.publish(channel, text));
      return receivers - (this.#open.has(channel) ? 1 : 0);
    } catch {
      return 0;
    }
  }

  async open(box: string, take: Take): Promise<() => void> {
    const channel = this.#prefix + box;
    this.#open.set(channel, take);
    this.#left.delete(channel);
    // What fails here is caught up with once Redis is back.
    await this.#link.run((client) => client.subscribe(channel, this.#take)).catch(() => {});
    return () => void this.#close(channel, take);
  }

  /** Who closes twice must not close what another has opened since. */
  async #close(channel: string, take: Take): Promise<void> {
    if (this.#open.get(channel) !== take) return;
    this.#open.delete(channel);
    try {
      await this.#link.run((client) => client.unsubscribe(channel, this.#take));
    } catch {
      // Who opened it meanwhile goes on to have it.
      if (!this.#open.has(channel)) this.#left.add(channel);
    }
  }

  async #catchUp(): Promise<void> {
    const [opened, left] = [[...this.#open.keys()], [...this.#left]];
    if (opened.length > 0) {
      await this.#link.run((client) => client.subscribe(opened, this.#take));
    }
    if (left.length > 0) await this.#link.run((client) => client.unsubscribe(left, this.#take));
    for (const channel of left) this.#left.delete(channel);
  }

  readonly #take = (text: string, channel: string): void => {
    const sent = envelopeOf(text);
    if (sent === undefined || sent["from"] === this.#link.id) return;
    try {
      this.#open.get(channel)?.(sent["letter"]);
    } catch (error) {
      // Thrown on, it would end the connection that brought the letter.
      this.#log.debug("{channel}: {reason}", { channel, reason: messageOf(error) });
    }
  };
}

/** What an instance sent; `undefined` where something else publishes under our names. */
function envelopeOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
