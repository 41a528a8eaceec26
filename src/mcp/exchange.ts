import type {
  ContentBlock,
  CreateMessageRequestParams,
  CreateMessageResult,
  ElicitRequestParams,
  ElicitResult,
  ListRootsResult,
  LoggingLevel,
} from "@modelcontextprotocol/server";
import { AppError, shorten } from "../errors.ts";

/** What the client can be asked for: a person's answer, its model's, or its directories. */
export type Question =
  | { readonly method: "elicitation/create"; readonly params: ElicitRequestParams }
  | { readonly method: "sampling/createMessage"; readonly params: CreateMessageRequestParams }
  | { readonly method: "roots/list" };

/** What answers a question; it comes from outside, so read it with care. */
export type AnswerTo<Q extends Question> = Q extends { method: "elicitation/create" } ? ElicitResult
  : Q extends { method: "sampling/createMessage" } ? CreateMessageResult
  : ListRootsResult;

export type Questions = Readonly<Record<string, Question>>;
export type Answers<Q extends Questions> = { [Name in keyof Q]: AnswerTo<Q[Name]> };

/** Where an answer says that the model was not asked. */
const REFUSED = "selfos/refused";

/** What stands for the answer of a client that does not let its model answer. */
export function refusedSample(reason: string): CreateMessageResult {
  return {
    ...{ role: "assistant", model: "none", content: { type: "text", text: "" } },
    _meta: { [REFUSED]: shorten(reason, 200) },
  };
}

/** Why the model did not answer, where it did not. */
export function refusalIn({ _meta }: CreateMessageResult): string | undefined {
  const reason = _meta?.[REFUSED];
  return typeof reason === "string" ? reason : undefined;
}

/** The client of a call, as whatever runs sees it, in whichever revision of the protocol. */
export interface Exchange {
  /** The client's name for itself. */
  readonly client: string;
  /** Aborted when the client cancels the call or is gone. */
  readonly signal: AbortSignal;
  /** Tells the client how far a long call is. */
  progress(done: number, total?: number, message?: string): Promise<void>;
  /** Tells the client what is worth a line in its log, if it wants lines of that level. */
  log(level: LoggingLevel, data: unknown): Promise<void>;
  /** Adds an image, a sound, a resource or a text to what a tool answers. */
  attach(content: ContentBlock): void;
  /** Whether the client says that it answers questions of this kind. */
  canAsk(method: Question["method"]): boolean;
  /**
   * Asks the client, each question under a name that is its own within the call.
   *
   * What runs is left and begins again from the top once the answers are there, so it must have no
   * effect before its last question. A client that declared no such ability refuses the call; one
   * that did and does not answer, answers so: {@linkcode refusalIn}, or `cancel` for its person.
   *
   * @param within how long a client of the eras before 2026 has for it, in milliseconds; one of 2026
   *   is not waited for
   */
  ask<Q extends Questions>(questions: Q, within?: number): Promise<Answers<Q>>;
}

/** An exchange with nobody who could be told or asked. */
export function silentExchange(client: string, signal: AbortSignal): Exchange {
  const unheard = () => Promise.resolve();
  return {
    client,
    signal,
    progress: unheard,
    log: unheard,
    attach: () => {},
    canAsk: () => false,
    ask: () =>
      Promise.reject(
        new AppError(
          "unavailable",
          `Cannot ask ${client} for input`,
          "use a client of the Model Context Protocol",
        ),
      ),
  };
}
