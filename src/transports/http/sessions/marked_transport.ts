import {
  type JSONRPCMessage,
  type TransportSendOptions,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { isObject } from "../../../json.ts";
import { isAnswer } from "../../message.ts";

/**
 * The transport of a session that several instances serve. Each of them counts its requests to the
 * client from 0: its mark tells them apart, and leads the answers back.
 */
export class MarkedTransport extends WebStandardStreamableHTTPServerTransport {
  readonly #mark: string;

  /** @param instance the name of this one */
  constructor(
    instance: string,
    options: ConstructorParameters<typeof WebStandardStreamableHTTPServerTransport>[0],
  ) {
    super(options);
    this.#mark = `${instance}.`;
  }

  override async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    await super.send(this.#marked(message), options);
  }

  /** The message as this instance knows it: an answer to its own request has the id of that again. */
  unmarked(message: unknown): unknown {
    return this.isOwnAnswer(message)
      ? { ...message, id: Number(message.id.slice(this.#mark.length)) }
      : message;
  }

  /** Whether it answers a request of this instance. */
  isOwnAnswer(message: unknown): message is Record<string, unknown> & { id: string } {
    return isAnswer(message) && typeof message["id"] === "string" &&
      message["id"].startsWith(this.#mark);
  }

  #marked(message: JSONRPCMessage): JSONRPCMessage {
    if (!("method" in message)) return message;
    if ("id" in message) return { ...message, id: this.#mark + message.id };
    const { method, params } = message;
    if (method !== "notifications/cancelled" || !isObject(params)) return message;
    return { ...message, params: { ...params, requestId: this.#mark + params["requestId"] } };
  }
}
