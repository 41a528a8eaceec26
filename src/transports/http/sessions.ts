import {
  type EventStore,
  isInitializeRequest,
  type JSONRPCMessage,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { Interests } from "../../mcp/interests.ts";
import { createServer, type Serving } from "../../mcp/server.ts";
import type { Principal } from "../../permissions.ts";
import { bounded } from "../bounded.ts";
import type { Connection, Connections } from "../connections.ts";

/** A session that is not used for so long is closed. */
const IDLE_MS = 30 * 60_000;
/** One that is not used for so long may have been left behind. */
const LEFT_BEHIND_MS = 60_000;
const SWEEP_MS = 60_000;

interface Session extends Connection {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  lastUsed: number;
}

/** The sessions of the 2025 era: each belongs to the credential that opened it. */
export class Sessions<Context> implements Disposable {
  readonly #serving: Serving<Context>;
  readonly #connections: Connections;
  readonly #sessions = new Map<string, Session>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(serving: Serving<Context>, connections: Connections) {
    this.#serving = serving;
    this.#connections = connections;
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS);
  }

  /**
   * Answers a request of the 2025 era; `undefined` when there is no place for one more session.
   *
   * @param body the parsed body of a POST
   */
  async handle(
    request: Request,
    principal: Principal,
    body: unknown,
  ): Promise<Response | undefined> {
    const id = request.headers.get("mcp-session-id");
    if (id === null && isInitializeRequest(body)) return await this.#open(request, principal, body);
    if (id === null) {
      return refusal(400, -32000, "Bad Request: the header Mcp-Session-Id is missing");
    }
    const session = this.#sessions.get(id);
    if (session === undefined || session.principal.id !== principal.id) {
      return refusal(404, -32001, "Session not found");
    }
    session.lastUsed = performance.now();
    const response = await session.transport.handleRequest(request, { parsedBody: body });
    return bounded(response, () => void session.close());
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #open(
    request: Request,
    principal: Principal,
    body: unknown,
  ): Promise<Response | undefined> {
    if (this.#connections.full) await this.#leaveLongestIdle(principal);
    if (this.#connections.full) return undefined;
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => {
        this.#sessions.set(id, session);
        this.#connections.add(session);
      },
      eventStore: new RecentEvents(),
    });
    const session: Session = {
      kind: "session",
      principal,
      transport,
      lastUsed: performance.now(),
      close: () => transport.close(),
    };
    const interests = new Interests(this.#serving.engine, principal);
    const server = createServer(this.#serving, principal, interests);
    await server.connect(transport);
    const closed = transport.onclose;
    transport.onclose = () => {
      if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId);
      this.#connections.release(session);
      interests.close();
      closed?.();
    };
    return await transport.handleRequest(request, { parsedBody: body });
  }

  /** A client that comes back without a goodbye makes room by what it left behind. */
  async #leaveLongestIdle({ id }: Principal): Promise<void> {
    const [oldest] = [...this.#sessions.values()]
      .filter(({ principal }) => principal.id === id)
      .sort((a, b) => a.lastUsed - b.lastUsed);
    const idle = oldest && performance.now() - oldest.lastUsed;
    if (idle !== undefined && idle > LEFT_BEHIND_MS) await oldest?.close();
  }

  #sweep(): void {
    const oldest = performance.now() - IDLE_MS;
    for (const session of this.#sessions.values()) {
      if (session.lastUsed < oldest) void session.close();
    }
  }
}

interface Event {
  readonly id: number;
  readonly stream: string;
  readonly message: JSONRPCMessage;
}

/** The last events of a session, for a stream that broke and is taken up again. */
class RecentEvents implements EventStore {
  static readonly #MOST = 50;
  #events: Event[] = [];
  #lastId = 0;

  storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    this.#events.push({ id: ++this.#lastId, stream, message });
    if (this.#events.length > RecentEvents.#MOST) this.#events.shift();
    return Promise.resolve(String(this.#lastId));
  }

  getStreamIdForEventId(id: string): Promise<string | undefined> {
    return Promise.resolve(this.#find(id)?.stream);
  }

  async replayEventsAfter(
    lastId: string,
    { send }: { send(id: string, message: JSONRPCMessage): Promise<void> },
  ): Promise<string> {
    const last = this.#find(lastId);
    if (last === undefined) throw new Error(`the event ${lastId} is not known any more`);
    for (const { id, stream, message } of this.#events) {
      if (stream === last.stream && id > last.id) await send(String(id), message);
    }
    return last.stream;
  }

  #find(id: string): Event | undefined {
    return this.#events.find((event) => String(event.id) === id);
  }
}

function refusal(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });
}
