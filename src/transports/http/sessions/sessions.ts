import { type InitializeRequest, isInitializeRequest } from "@modelcontextprotocol/server";
import { AppError, messageOf } from "../../../errors.ts";
import {
  type Instances,
  SESSION_IDLE_MS,
  type SessionRecord,
} from "../../../instances/instances.ts";
import type { Caller } from "../../../mcp/callers.ts";
import type { Serving } from "../../../mcp/server.ts";
import { holderOf, mayGoOn, type Principal } from "../../../permissions.ts";
import type { Connections } from "../../connections.ts";
import { boxOf } from "../box.ts";
import { RecentEvents } from "./recent_events.ts";
import { guess, recordOf } from "./record.ts";
import { Session } from "./session.ts";
import { SharedSession } from "./shared_session.ts";

/** A session that is not used for so long may have been left behind. */
const LEFT_BEHIND_MS = 60_000;
/** Where there is no more room, it is given to another client then. */
const FORGOTTEN_MS = 5 * 60_000;
const SWEEP_MS = 60_000;
/** How long the others are given to say what they have, once this instance is back among them. */
const SETTLE_MS = 5000;

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** So many ended sessions are remembered while nobody can be told. */
const MOST_ENDED = 10_000;

/** A session that ended while nobody could be told. */
interface Ended {
  readonly id: string;
  readonly principal: Principal;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/** Why a request finds no session. */
type NoSession = "full" | "unknown" | "unavailable";

/**
 * The sessions of the 2025 era: each belongs to the key or identity that opened it. A wider token goes
 * on in it, and takes it from the narrower ones.
 */
export class Sessions<Context> implements Disposable {
  readonly #serving: Serving<Context>;
  readonly #connections: Connections;
  readonly #instances: Instances;
  readonly #sessions = new Map<string, Session<Context>>();
  readonly #adopting = new Map<string, Promise<Session<Context> | NoSession>>();
  readonly #ended = new Map<string, Ended>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #stopListening: () => void;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(serving: Serving<Context>, connections: Connections, instances: Instances) {
    this.#serving = serving;
    this.#connections = connections;
    this.#instances = instances;
    this.#timer = setInterval(() => this.#sweep().catch(this.#failed), SWEEP_MS);
    this.#stopListening = instances.onReturn(() => this.#return());
  }

  /**
   * Answers a request of the 2025 era; `undefined` when there is no place for one more session.
   *
   * @param body the parsed body of a POST
   */
  async handle(
    request: Request,
    caller: Caller,
    body: unknown,
  ): Promise<Response | undefined> {
    const { principal } = caller;
    const id = request.headers.get("mcp-session-id");
    if (id === null && isInitializeRequest(body)) return await this.#open(request, caller, body);
    if (id === null) {
      return refusal(400, -32000, "Bad Request: the header Mcp-Session-Id is missing");
    }
    const session = this.#sessions.get(id) ?? await this.#adopt(id, principal, request);
    if (session === "full") return undefined;
    if (session === "unavailable") {
      const message = "unavailable: the session cannot be taken up now; try again later";
      return refusal(503, -32603, message, { "retry-after": "5" });
    }
    if (session === "unknown" || !mayGoOn(principal, holderOf(session.principal))) {
      return refusal(404, -32001, "Session not found");
    }
    const response = await session.handle(request, caller, body);
    if (request.method === "DELETE" && response.ok) {
      await this.#end({ id, principal, at: performance.now() });
    }
    return response;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    clearTimeout(this.#settling);
    this.#stopListening();
  }

  async #open(
    request: Request,
    caller: Caller,
    body: InitializeRequest,
  ): Promise<Response | undefined> {
    const { principal } = caller;
    const record = recordOf(principal, body.params);
    const id = crypto.randomUUID();
    const [serving, instances] = [this.#serving, this.#instances];
    const session = instances.standing === "alone"
      ? new Session(id, principal, serving, new RecentEvents("alone"))
      : new SharedSession({ id, principal, serving, instances, record });
    if (!await this.#takePlace(session)) return undefined;
    const response = await this.#begin(session, () => session.handle(request, caller, body));
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
    for (;;) {
      const underway = this.#adopting.get(id);
      if (underway === undefined) break;
      // What is wrong with it is told to whoever began; that may be another of the session's tokens.
      await underway.catch(() => {});
      const adopted = this.#sessions.get(id);
      if (adopted !== undefined) return adopted;
    }
    const adopted = this.#adoptNow(id, principal, request);
    this.#adopting.set(id, adopted);
    try {
      return await adopted;
    } catch (error) {
      if (error instanceof AppError && error.code === "unavailable") return "unavailable";
      throw error;
    } finally {
      this.#adopting.delete(id);
    }
  }

  async #adoptNow(
    id: string,
    principal: Principal,
    request: Request,
  ): Promise<Session<Context> | NoSession> {
    const known = await this.#find(id);
    const record = known === "unasked" ? guess(principal, request) : known;
    if (record === undefined || !mayGoOn(principal, record.principal)) return "unknown";
    const [serving, instances, guessed] = [this.#serving, this.#instances, known === "unasked"];
    const session = new SharedSession({ id, principal, serving, instances, record, guessed });
    if (!await this.#takePlace(session)) return "full";
    await this.#begin(session, () => session.adopt(record));
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
    } catch (error) {
      // As the log and the health say.
      if (this.#instances.standing === "cut off") return "unasked";
      throw error;
    }
  }

  /** Takes a place before anything is waited for, as others may take it meanwhile. */
  async #takePlace(session: Session<Context>): Promise<boolean> {
    if (this.#connections.full) await this.#leaveLongestIdle(session.principal);
    if (this.#connections.full) return false;
    this.#connections.add(session);
    return true;
  }

  /** Starts a session that has its place; one that cannot begin leaves nothing behind. */
  async #begin<Result>(session: Session<Context>, first: () => Promise<Result>): Promise<Result> {
    const { id } = session;
    try {
      await session.start(() => {
        if (this.#sessions.get(id) === session) this.#sessions.delete(id);
        this.#connections.release(session);
      });
      return await first();
    } catch (error) {
      this.#connections.release(session);
      await session.close();
      throw error;
    }
  }

  async #end(ended: Ended): Promise<void> {
    const { id, principal } = ended;
    try {
      await this.#instances.sessions.end(id);
      await this.#instances.mail.send(boxOf(id, principal.id), { ended: true });
      this.#ended.delete(id);
    } catch {
      // Cut off: told as soon as that is over.
      this.#ended.set(id, ended);
      const [first] = this.#ended.keys();
      if (this.#ended.size > MOST_ENDED && first !== undefined) this.#ended.delete(first);
    }
  }

  /**
   * A client that comes back without a goodbye makes room by what it left behind; another one by what
   * nobody has used for longer.
   */
  async #leaveLongestIdle({ id }: Principal): Promise<void> {
    const left = ({ idle, principal }: Session<Context>) =>
      idle > (principal.id === id ? LEFT_BEHIND_MS : FORGOTTEN_MS);
    const [oldest] = [...this.#sessions.values()].filter(left).sort((a, b) => b.idle - a.idle);
    await oldest?.close();
  }

  /** Back among the others: what was opened and ended meanwhile is told, what was guessed is asked. */
  #return(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#settle().catch(this.#failed), SETTLE_MS);
    this.#tellAgain().catch(this.#failed);
  }

  async #tellAgain(): Promise<void> {
    for (const one of [...this.#ended.values()]) await this.#end(one);
    for (const session of [...this.#sessions.values()]) await session.keep();
  }

  async #settle(): Promise<void> {
    this.#settling = undefined;
    for (const [id, session] of [...this.#sessions]) {
      if (!(session instanceof SharedSession && session.guessed)) continue;
      // Cut off again: it is settled after the next return.
      if (!await session.catchUp()) continue;
      this.#sessions.delete(id);
      session.retire();
    }
  }

  async #sweep(): Promise<void> {
    const oldest = performance.now() - SESSION_IDLE_MS;
    for (const { id, at } of [...this.#ended.values()]) if (at < oldest) this.#ended.delete(id);
    for (const session of [...this.#sessions.values()]) {
      if (session.listening) await session.keep();
      if (session.idle <= SESSION_IDLE_MS) continue;
      // Its record lasts as long as any instance uses it.
      const elsewhere = await this.#instances.sessions.find(session.id).catch(() => undefined);
      if (typeof elsewhere !== "object") await session.close();
    }
  }

  readonly #failed = (error: unknown): void => {
    this.#serving.log.debug("sessions: {reason}", { reason: messageOf(error) });
  };
}

function refusal(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status, headers });
}
