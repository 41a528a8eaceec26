import { type JSONRPCMessage, SUBSCRIPTION_ID_META_KEY } from "@modelcontextprotocol/server";
import { isObject } from "../json.ts";

/**
 * Whether a value has the form of a JSON-RPC 2.0 message. The SDK checks what is inside; its own
 * check of the form costs 40 µs a message.
 */
export function isMessage(value: unknown): value is JSONRPCMessage {
  if (!isObject(value)) return false;
  const { jsonrpc, id, method, params } = value;
  if (jsonrpc !== "2.0" || (params !== undefined && !isObject(params))) return false;
  const isRequestId = typeof id === "string" || Number.isInteger(id);
  if (method !== undefined) return typeof method === "string" && (id === undefined || isRequestId);
  return isRequestId && isAnswer(value);
}

/** Whether a value has the form of an answer, to whatever request. */
export function isAnswer(value: unknown): value is Record<string, unknown> {
  return isObject(value) && isObject(value["result"]) !== isObject(value["error"]);
}

/** The id of what may be no message. */
export function idOf(value: unknown): string | number | null {
  const id = isObject(value) ? value["id"] : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

/** What a message says of its sender, as those of the 2026 era do. */
export function metaOf(message: unknown): Record<string, unknown> | undefined {
  const params = isObject(message) ? message["params"] : undefined;
  const meta = isObject(params) ? params["_meta"] : undefined;
  return isObject(meta) ? meta : undefined;
}

/** What is wrong with a value that is no message. */
export function faultOf(value: unknown): string {
  return Array.isArray(value) ? "batches are not supported" : "it is no JSON-RPC 2.0 message";
}

/** What walks through a message calls itself for every level: at 1,500 the stack overflowed. */
const MOST_LEVELS = 200;

/** What is wrong with a message that {@linkcode isTooDeep}. */
export const TOO_DEEP = `it is nested more than ${MOST_LEVELS} levels deep`;

/** Whether a JSON text is nested deeper than a message may be. */
export function isTooDeep(text: string): boolean {
  // Every level takes two characters at least.
  if (text.length <= 2 * MOST_LEVELS) return false;
  let level = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') inString = !inString;
    else if (inString) at += character === "\\" ? 1 : 0;
    else if (character === "[" || character === "{") {
      if (++level > MOST_LEVELS) return true;
    } else if (character === "]" || character === "}") level--;
  }
  return false;
}

/** The id of the stream or call that a message gives up. */
export function cancelledBy(message: JSONRPCMessage): string | number | undefined {
  if (!("method" in message) || message.method !== "notifications/cancelled") return undefined;
  const id = message.params?.["requestId"];
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}

/** The id of the request that a message answers: a stream that is refused, or over. */
export function answeredBy(message: JSONRPCMessage): string | number | undefined {
  return "method" in message ? undefined : message.id;
}

/** The requests of a client that are not answered yet. */
export class Unanswered {
  readonly #ids = new Set<string | number>();
  #emptied: () => void = () => {};
  #given = false;

  /** How many there are. */
  get size(): number {
    return this.#ids.size;
  }

  received(message: JSONRPCMessage): void {
    if ("method" in message && "id" in message) this.#ids.add(message.id);
    const cancelled = cancelledBy(message);
    if (cancelled !== undefined) this.#settle(cancelled);
  }

  sent(message: JSONRPCMessage): void {
    const answered = answeredBy(message);
    if (answered !== undefined) this.#settle(answered);
    // What is listened to lasts as long as the connection: no more than this is waited for.
    if ("method" in message && message.method === "notifications/subscriptions/acknowledged") {
      this.#settle(message.params?._meta?.[SUBSCRIPTION_ID_META_KEY]);
    }
  }

  /** Waits until there are none, or for so long. */
  async empty(milliseconds: number): Promise<void> {
    if (this.#ids.size === 0 || this.#given) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#emptied = resolve;
    const timer = setTimeout(resolve, milliseconds);
    await promise;
    clearTimeout(timer);
  }

  /** Waits no longer, now and later. */
  giveUp(): void {
    this.#given = true;
    this.#emptied();
  }

  #settle(id: unknown): void {
    if (typeof id === "string" || typeof id === "number") this.#ids.delete(id);
    if (this.#ids.size === 0) this.#emptied();
  }
}
