import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import type { Caller } from "../../../mcp/callers.ts";
import { Interests } from "../../../mcp/interests.ts";
import { createServer, type Serving } from "../../../mcp/server.ts";
import type { Principal } from "../../../permissions.ts";
import { bounded } from "../../bounded.ts";
import type { Connection } from "../../connections.ts";
import { eventOf, type RecentEvents } from "./recent_events.ts";

/** A session of the 2025 era. */
export class Session<Context> implements Connection {
  readonly kind = "session";
  closed = false;
  protected readonly interests: Interests<Context>;
  readonly #events: RecentEvents;
  #principal: Principal;
  #lastUsed = performance.now();
  #streams = 0;

  constructor(
    readonly id: string,
    principal: Principal,
    protected readonly serving: Serving<Context>,
    events: RecentEvents,
    protected readonly transport: WebStandardStreamableHTTPServerTransport = transportOf(
      id,
      events,
    ),
  ) {
    this.#principal = principal;
    this.#events = events;
    this.interests = new Interests(serving.engine, principal);
  }

  /** Whose it is, by the widest of their credentials, and of those the one that lasts longest. */
  get principal(): Principal {
    return this.#principal;
  }

  /** Milliseconds since it was used; a client that listens uses it. */
  get idle(): number {
    return this.listening ? 0 : performance.now() - this.#lastUsed;
  }

  /** Whether an answer of it is still being sent. */
  get listening(): boolean {
    return this.#streams > 0;
  }

  /** @param closed told when it was closed, by whomever */
  async start(closed: () => void): Promise<void> {
    const { serving, principal, interests, transport } = this;
    await createServer(serving, principal, interests).connect(transport);
    const { onclose } = transport;
    transport.onclose = () => {
      this.closed = true;
      closed();
      interests.close();
      onclose?.();
    };
  }

  /**
   * Answers a request with what its own credential allows.
   *
   * @param caller who {@linkcode mayGoOn} with it
   * @param body the parsed body of a POST
   */
  async handle(request: Request, caller: Caller, body: unknown): Promise<Response> {
    this.use();
    this.#renew(caller.principal);
    const told = { authInfo: caller, parsedBody: body };
    const resumed = request.method === "GET" ? this.#resumed(request) : request;
    const response = await this.transport.handleRequest(resumed, told);
    this.#streams++;
    return bounded(response, () => void this.close(), () => {
      this.#streams--;
      this.use();
    });
  }

  /**
   * A client opens the stream that belongs to no call, or takes it up again. The one before may not
   * have broken at this end, and its last event may be kept no more: then it goes on with what comes.
   */
  #resumed(request: Request): Request {
    const last = request.headers.get("last-event-id");
    const { kind } = eventOf(last ?? "");
    if (last !== null && kind !== "standalone") return request;
    this.transport.closeStandaloneSSEStream();
    if (last === null || this.#events.has(last)) return request;
    const headers = new Headers(request.headers);
    headers.delete("last-event-id");
    return new Request(request, { headers });
  }

  /** Says to the other instances that it is used; `false` when it has ended. */
  keep(): Promise<boolean> {
    return Promise.resolve(true);
  }

  review(): Promise<void> {
    return this.interests.review();
  }

  async close(): Promise<void> {
    await this.transport.close();
  }

  /**
   * Has it last as long as another credential of its holder, as tokens are short-lived, and belong to
   * the wider one. The key of the older one may be withdrawn since.
   */
  #renew(principal: Principal): void {
    const { level, signer, until = Infinity } = this.#principal;
    const lastsLonger = (principal.until ?? Infinity) > until;
    const isOther = principal.level !== level || principal.signer !== signer;
    if (isOther || lastsLonger) this.#principal = principal;
  }

  protected use(): void {
    this.#lastUsed = performance.now();
  }
}

function transportOf(
  id: string,
  eventStore: RecentEvents,
): WebStandardStreamableHTTPServerTransport {
  return new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id, eventStore });
}
