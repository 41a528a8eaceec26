import type { EventStore, JSONRPCMessage } from "@modelcontextprotocol/server";

interface Event {
  readonly id: string;
  readonly stream: string;
  /** JSON. */
  readonly message: string;
}

const MOST_EVENTS = 50;
/** Characters of all of them; the last one is kept, however long. */
const MOST_TEXT = 16 * 1024;

/** Streams of calls are named by a UUID, the one that belongs to no call is not. */
const CALL = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** What the id of an event tells: who sent it, and on which kind of stream. */
export function eventOf(id: string): { instance?: string; kind?: "call" | "standalone" } {
  const [, instance, kind] = /^([0-9a-z]+)\.(call|standalone)\.\d+$/.exec(id) ?? [];
  return instance && (kind === "call" || kind === "standalone") ? { instance, kind } : {};
}

/** The last events of a session, for a stream that broke and is taken up again. */
export class RecentEvents implements EventStore {
  readonly #instance: string;
  readonly #events: Event[] = [];
  #text = 0;
  #count = 0;

  /** @param instance stands in the ids, so that each instance knows its own */
  constructor(instance: string) {
    this.#instance = instance;
  }

  storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    const kind = CALL.test(stream) ? "call" : "standalone";
    const id = `${this.#instance}.${kind}.${++this.#count}`;
    const text = JSON.stringify(message);
    this.#events.push({ id, stream, message: text });
    this.#text += text.length;
    while (this.#events.length > MOST_EVENTS || (this.#text > MOST_TEXT && this.#events[1])) {
      this.#text -= this.#events.shift()?.message.length ?? 0;
    }
    return Promise.resolve(id);
  }

  /** Whether what followed an event is known still. */
  has(id: string): boolean {
    return this.#events.some((event) => event.id === id);
  }

  getStreamIdForEventId(id: string): Promise<string | undefined> {
    return Promise.resolve(this.#events.find((event) => event.id === id)?.stream);
  }

  async replayEventsAfter(
    lastId: string,
    { send }: { send(id: string, message: JSONRPCMessage): Promise<void> },
  ): Promise<string> {
    const at = this.#events.findIndex(({ id }) => id === lastId);
    const last = this.#events[at];
    if (last === undefined) throw new Error(`the event ${lastId} is not known any more`);
    for (const { id, stream, message } of this.#events.slice(at + 1)) {
      if (stream === last.stream) await send(id, JSON.parse(message));
    }
    return last.stream;
  }
}
