import {
  DEFAULT_NEGOTIATED_PROTOCOL_VERSION,
  type InitializeRequest,
  isInitializeRequest,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { AppError } from "../../../errors.ts";
import {
  type Instances,
  SESSION_IDLE_MS,
  type SessionRecord,
} from "../../../instances/instances.ts";
import type { Serving } from "../../../mcp/server.ts";
import type { Principal } from "../../../permissions.ts";
import type { Connections } from "../../connections.ts";
import { boxOf } from "../box.ts";
import { RecentEvents } from "./recent_events.ts";
import { Session } from "./session.ts";
import { SharedSession } from "./shared_session.ts";

/** A session that is not used for so long may have been left behind. */
const LEFT_BEHIND_MS = 60_000;
const SWEEP_MS = 60_000;
/** How long the others are given to say what they have, once this instance is back among them. */
const SETTLE_MS = 5000;

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Why a request finds no session. */
type NoSession = "full" | "unknown" | "unavailable";

/** The sessions of the 2025 era: each belongs to the credential that opened it. */
export class Sessions<Context> implements Disposable {
  readonly #serving: Serving<Context>;
  readonly #connections: Connections;
  readonly #instances: Instances;
  readonly #sessions = new Map<string, Session<Context>>();
  readonly #adopting = new Map<string, Promise<Session<Context> | NoSession>>();
  /** Ended while nobody could be told. */
  readonly #ended = new Map<string, Session<Context>>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #stopListening: () => void;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(serving: Serving<Context>, connections: Connections, instances: Instances) {
    this.#serving = serving;
    this.#connections = connections;
    this.#instances = instances;
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#stopListening = instances.onReturn(() => this.#return());
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
    const session = this.#sessions.get(id) ?? await this.#adopt(id, principal, request);
    if (session === "full") return undefined;
    if (session === "unavailable") {
      return refusal(503, -32603, "unavailable: the session cannot be taken up without the store");
    }
    if (session === "unknown" || session.principal.id !== principal.id) {
      return refusal(404, -32001, "Session not found");
    }
    const response = await session.handle(request, body);
    if (request.method === "DELETE" && response.ok) await this.#end(session);
    return response;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    clearTimeout(this.#settling);
    this.#stopListening();
  }

  async #open(
    request: Request,
    principal: Principal,
    body: InitializeRequest,
  ): Promise<Response | undefined> {
    if (!await this.#hasPlace(principal)) return undefined;
    const record = recordOf(principal, body.params);
    const id = crypto.randomUUID();
    const session = await this.#start(
      this.#instances.standing === "alone"
        ? new Session(id, principal, this.#serving, transportOf(id))
        : new SharedSession(id, principal, this.#serving, this.#instances, record),
    );
    const response = await session.handle(request, body);
    if (!response.ok) await session.close();
    if (session.closed) return response;
    this.#sessions.set(id, session);
    await session.keep();
    return response;
  }

  /** A session that was opened on another instance; requests that come in together adopt it once. */
  async #adopt(
    id: string,
    principal: Principal,
    request: Request,
  ): Promise<Session<Context> | NoSession> {
    if (!ID.test(id) || this.#ended.has(id)) return "unknown";
    const key = `${id} ${principal.id}`;
    const adopted = this.#adopting.get(key) ?? this.#adoptNow(id, principal, request);
    this.#adopting.set(key, adopted);
    try {
      return await adopted;
    } finally {
      this.#adopting.delete(key);
    }
  }

  async #adoptNow(
    id: string,
    principal: Principal,
    request: Request,
  ): Promise<Session<Context> | NoSession> {
    const known = await this.#find(id);
    const record = known === "unasked" ? guess(principal, request) : known;
    if (record?.principal !== principal.id) return "unknown";
    if (!await this.#hasPlace(principal)) return "full";
    const session = await this.#start(
      new SharedSession(
        ...[id, principal, this.#serving, this.#instances, record, known === "unasked"] as const,
      ),
    );
    try {
      await session.adopt(record);
    } catch (error) {
      await session.close();
      if (error instanceof AppError && error.code === "unavailable") return "unavailable";
      throw error;
    }
    if (!await session.keep() || session.closed) return "unknown";
    this.#sessions.set(id, session);
    return session;
  }

  /** While the others cannot be asked, or have just been found again, nobody can tell. */
  async #find(id: string): Promise<SessionRecord | "unasked" | undefined> {
    try {
      const record = await this.#instances.sessions.find(id);
      if (record === "ended") return undefined;
      return record === undefined && this.#settling !== undefined ? "unasked" : record;
    } catch {
      // Cut off, as the log and the health say.
      return "unasked";
    }
  }

  async #start<S extends Session<Context>>(session: S): Promise<S> {
    const { id } = session;
    this.#connections.add(session);
    await session.start(() => {
      if (this.#sessions.get(id) === session) this.#sessions.delete(id);
      this.#connections.release(session);
    });
    return session;
  }

  async #end(session: Session<Context>): Promise<void> {
    const { id, principal } = session;
    try {
      await this.#instances.sessions.end(id);
      await this.#instances.mail.send(boxOf(id, principal), { ended: true });
    } catch {
      // Cut off: told as soon as that is over.
      this.#ended.set(id, session);
    }
  }

  async #hasPlace(principal: Principal): Promise<boolean> {
    if (this.#connections.full) await this.#leaveLongestIdle(principal);
    return !this.#connections.full;
  }

  /** A client that comes back without a goodbye makes room by what it left behind. */
  async #leaveLongestIdle({ id }: Principal): Promise<void> {
    const [oldest] = [...this.#sessions.values()]
      .filter(({ principal }) => principal.id === id)
      .sort((a, b) => a.lastUsed - b.lastUsed);
    const idle = oldest && performance.now() - oldest.lastUsed;
    if (idle !== undefined && idle > LEFT_BEHIND_MS) await oldest?.close();
  }

  /** Back among the others: what was opened and ended meanwhile is told, what was guessed is asked. */
  #return(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#settle(), SETTLE_MS);
    void this.#tellAgain();
  }

  async #tellAgain(): Promise<void> {
    const ended = [...this.#ended.values()];
    this.#ended.clear();
    for (const session of ended) await this.#end(session);
    for (const session of [...this.#sessions.values()]) await session.keep();
  }

  #settle(): void {
    this.#settling = undefined;
    for (const [id, session] of this.#sessions) {
      if (!(session instanceof SharedSession && session.guessed)) continue;
      this.#sessions.delete(id);
      session.retire();
    }
  }

  async #sweep(): Promise<void> {
    const oldest = performance.now() - SESSION_IDLE_MS;
    for (const session of [...this.#sessions.values()]) {
      if (session.lastUsed >= oldest) continue;
      // Its record lasts as long as any instance uses it.
      const elsewhere = await this.#instances.sessions.find(session.id).catch(() => undefined);
      if (typeof elsewhere === "object") session.lastUsed = performance.now();
      else await session.close();
    }
  }
}

function transportOf(id: string): WebStandardStreamableHTTPServerTransport {
  return new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => id,
    eventStore: new RecentEvents("alone"),
  });
}

/** A client that tells more of itself is known to other instances as one of which nothing is known. */
const MOST_TOLD = 16_384;
const UNKNOWN_CLIENT = { capabilities: {}, clientInfo: { name: "unknown", version: "0" } };

function recordOf(
  principal: Principal,
  { protocolVersion, capabilities, clientInfo: { name, version } }: InitializeRequest["params"],
): SessionRecord {
  // No revision has a longer name.
  const revision = { protocolVersion: protocolVersion.slice(0, 20) };
  const told = { capabilities, clientInfo: { name, version } };
  const fits = JSON.stringify(told).length <= MOST_TOLD;
  const initialize = { ...revision, ...(fits ? told : UNKNOWN_CLIENT) };
  return { principal: principal.id, initialize, subscriptions: [] };
}

/** What can be said of a session of which nothing is known: it speaks the revision of its request. */
function guess(principal: Principal, { headers }: Request): SessionRecord {
  const protocolVersion = headers.get("mcp-protocol-version") ??
    DEFAULT_NEGOTIATED_PROTOCOL_VERSION;
  const initialize = { protocolVersion, ...UNKNOWN_CLIENT };
  return { principal: principal.id, initialize, subscriptions: [] };
}

function refusal(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });
}
