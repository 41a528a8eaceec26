import { messageOf } from "../../../errors.ts";
import {
  type Instances,
  SESSION_IDLE_MS,
  type SessionChange,
  type SessionRecord,
} from "../../../instances/instances.ts";
import { isObject } from "../../../json.ts";
import type { Caller } from "../../../mcp/callers.ts";
import type { Serving } from "../../../mcp/server.ts";
import { holderOf, type Principal } from "../../../permissions.ts";
import { isMessage } from "../../message.ts";
import { boxOf } from "../box.ts";
import { asMessage, changeOf, UntoldChanges } from "./changes.ts";
import { MarkedTransport } from "./marked_transport.ts";
import { eventOf, RecentEvents } from "./recent_events.ts";
import { Session } from "./session.ts";

/** How often the others are told that a session is used. */
const KEEP_MS = 60_000;
/** How long what still runs may take in a session that is served anew. */
const RETIRE_MS = 60_000;

/** What a session on one of several instances is made of. */
export interface SharedSessionParts<Context> {
  readonly id: string;
  readonly principal: Principal;
  readonly serving: Serving<Context>;
  readonly instances: Instances;
  readonly record: SessionRecord;
  /** Whether nothing is known of it: then it is not kept. */
  readonly guessed?: boolean;
}

/**
 * A session of the 2025 era on one of the instances that serve it. What concerns the session, and not
 * only the instance that it reached, is passed on to the others.
 */
export class SharedSession<Context> extends Session<Context> {
  readonly #instances: Instances;
  readonly #marked: MarkedTransport;
  readonly #box: string;
  readonly #initialize: SessionRecord["initialize"];
  readonly #untold = new UntoldChanges();
  readonly guessed: boolean;
  #kept = performance.now();
  #closeBox = () => {};
  #retiring: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: SharedSessionParts<Context>) {
    const { id, principal, serving, instances, record, guessed = false } = parts;
    const events = new RecentEvents(instances.id);
    const marked = new MarkedTransport(instances.id, {
      sessionIdGenerator: () => id,
      eventStore: events,
    });
    super(id, principal, serving, events, marked);
    this.#instances = instances;
    this.#marked = marked;
    this.#box = boxOf(id, principal.id);
    this.#initialize = record.initialize;
    this.guessed = guessed;
  }

  override async start(closed: () => void): Promise<void> {
    await super.start(() => {
      clearTimeout(this.#retiring);
      this.#closeBox();
      closed();
    });
    this.#closeBox = await this.#instances.mail.open(this.#box, (letter) => {
      this.#take(letter).catch(this.#failed);
    });
    if (this.closed) this.#closeBox();
  }

  /** Brings a server that is new here to where the session is elsewhere. */
  async adopt({ logLevel, subscriptions }: SessionRecord): Promise<void> {
    const id = crypto.randomUUID();
    await this.#feed({ jsonrpc: "2.0", id, method: "initialize", params: this.#initialize });
    await this.#feed({ jsonrpc: "2.0", method: "notifications/initialized" });
    await this.interests.restore({ uris: subscriptions, level: logLevel });
  }

  override async keep(): Promise<boolean> {
    this.#kept = performance.now();
    const lasts = Math.ceil(SESSION_IDLE_MS - this.idle);
    if (this.guessed || lasts <= 0) return true;
    const { uris: subscriptions, level: logLevel } = this.interests.state;
    const principal = holderOf(this.principal);
    const record = { principal, initialize: this.#initialize, logLevel, subscriptions };
    let lives: boolean;
    try {
      lives = await this.#instances.sessions.keep(this.id, record, lasts);
    } catch {
      // Cut off: it goes on here, and is kept again as soon as that is over.
      return true;
    }
    if (lives) await this.catchUp();
    else await this.close();
    return lives;
  }

  /** Tells the others what changed while they could not be told; `false` when they still cannot. */
  async catchUp(): Promise<boolean> {
    try {
      await this.#untold.tell(async (change) => {
        await this.#instances.sessions.change(this.id, change);
        await this.#tell({ message: asMessage(change) });
      });
      return true;
    } catch {
      return false;
    }
  }

  override async handle(
    request: Request,
    caller: Caller,
    body: unknown,
  ): Promise<Response> {
    this.use();
    if (performance.now() - this.#kept > KEEP_MS) this.keep().catch(this.#failed);
    if (request.method === "GET") return await this.#stream(request, caller);
    const messages = Array.isArray(body) ? body : [body];
    const told = Promise.all(messages.map((message) => this.#passOn(message)));
    const own = messages.map((message) => this.#marked.unmarked(message));
    const response = await super.handle(request, caller, Array.isArray(body) ? own : own[0]);
    await told;
    return response;
  }

  /** Takes no new request; what runs may finish. */
  retire(): void {
    this.#closeBox();
    this.#marked.closeStandaloneSSEStream();
    this.#retiring = setTimeout(() => this.close(), RETIRE_MS);
  }

  /**
   * A stream that belonged to another instance starts anew here, but for that of a call: what runs
   * the call is not here, and the client must not wait for it.
   */
  async #stream(request: Request, caller: Caller): Promise<Response> {
    const { instance, kind } = eventOf(request.headers.get("last-event-id") ?? "");
    const foreign = instance !== undefined && instance !== this.#instances.id;
    if (foreign && kind === "call") {
      const error = { message: "the stream of a call ends with the instance that ran it" };
      return Response.json({ error }, { status: 405, headers: { allow: "POST, DELETE" } });
    }
    const headers = new Headers(request.headers);
    if (foreign) headers.delete("last-event-id");
    const response = await super.handle(new Request(request, { headers }), caller, undefined);
    if (response.ok && kind !== "call") await this.#tell({ streaming: true });
    return response;
  }

  /** Tells the other instances what of a message concerns them. */
  async #passOn(message: unknown): Promise<void> {
    if (!isMessage(message) || this.#marked.isOwnAnswer(message)) return;
    const change = changeOf(message);
    const isRequest = "method" in message && "id" in message;
    if (isRequest && change === undefined) return;
    if (change !== undefined) this.#untold.add(change);
    // Of a guessed session nobody may have told what there is to change: that comes when it is settled.
    if (change === undefined || this.guessed) await this.#tell({ message });
    else await this.catchUp();
  }

  async #tell(letter: object): Promise<void> {
    await this.#instances.mail.send(this.#box, letter);
  }

  async #take(letter: unknown): Promise<void> {
    if (!isObject(letter)) return;
    const { ended, streaming, message } = letter;
    if (ended === true) await this.close();
    if (streaming === true) this.#marked.closeStandaloneSSEStream();
    if (!isMessage(message)) return;
    const change = changeOf(message);
    if (change !== undefined) await this.#apply(change);
    else if (this.#marked.isOwnAnswer(message)) await this.#feed(this.#marked.unmarked(message));
    else if ("method" in message) await this.#feed(message);
  }

  async #apply(change: SessionChange): Promise<void> {
    if ("logLevel" in change) this.interests.level = change.logLevel;
    else if ("unsubscribe" in change) this.interests.unsubscribe(change.unsubscribe);
    else await this.interests.subscribeToReadable([change.subscribe]);
  }

  /** Gives the server a message as if it had come in here; what it answers is not wanted. */
  async #feed(message: unknown): Promise<void> {
    const request = new Request("http://localhost/mcp", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-session-id": this.id,
      },
    });
    const response = await this.#marked.handleRequest(request, { parsedBody: message });
    await response.text();
  }

  readonly #failed = (error: unknown): void => {
    this.serving.log.debug("session: {reason}", { reason: messageOf(error) });
  };
}
