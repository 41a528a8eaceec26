import { withoutCredentials } from "../credential_text.ts";
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ContentBlock,
  isSpecType,
  LOG_LEVEL_META_KEY,
  type LoggingLevel,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { AppError, messageOf } from "../errors.ts";
import { isObject } from "../json.ts";
import type { Log } from "../log.ts";
import {
  type Answers,
  type Exchange,
  type Question,
  type Questions,
  refusedSample,
} from "./exchange.ts";

/** Thrown by a question that is not answered yet: what runs is left, and begins again with it. */
export class InputNeeded extends Error {
  override readonly name = "InputNeeded";

  constructor(
    readonly questions: Questions,
    /** The answers so far, by the names of their questions. */
    readonly answers: Record<string, unknown>,
  ) {
    super("the client is asked for input");
  }
}

/** An exchange, and what came of it. */
export interface LiveExchange extends Exchange {
  readonly attached: readonly ContentBlock[];
  /** Waits until what was told is sure to arrive before the answer. */
  settled(): Promise<void>;
}

/**
 * Clients lose a progress notification that arrives in one chunk with the answer, as it does on one
 * that is busy for so long.
 */
const APART_MS = 20;

const LEVELS: readonly LoggingLevel[] = [
  ...["debug", "info", "notice", "warning"] as const,
  ...["error", "critical", "alert", "emergency"] as const,
];

/** The exchange of one request. */
export function exchangeOf(
  log: Log,
  server: Server,
  mcpReq: ServerContext["mcpReq"],
  level: LoggingLevel | undefined,
): LiveExchange {
  const { signal, envelope, inputResponses } = mcpReq;
  const canAsk = (method: Question["method"]) =>
    isAble(capabilitiesOf(server, envelope)[ABILITIES[method]]);
  const isAsked = (questions: Questions) =>
    envelope === undefined && Object.values(questions).every(({ method }) => canAsk(method));
  const attached: ContentBlock[] = [];
  const wanted = envelope === undefined ? level ?? "debug" : levelIn(envelope);
  const earlier = mcpReq.requestState<unknown>();
  const answers = isObject(earlier) ? earlier : {};
  let told = false;
  /** Whoever cannot be told must not fail what runs. */
  const notify = async (notification: Parameters<typeof mcpReq.notify>[0]) => {
    try {
      await mcpReq.notify(notification);
    } catch (error) {
      log.debug("{method}: {reason}", { method: notification.method, reason: messageOf(error) });
    }
  };
  return {
    client: clientOf(server, envelope),
    signal,
    attached,
    async progress(done, total, message) {
      const progressToken = mcpReq._meta?.progressToken;
      if (progressToken === undefined || signal.aborted) return;
      told = true;
      const params = { progressToken, progress: done, total, message };
      await notify({ method: "notifications/progress", params });
    },
    async log(level, data) {
      if (wanted === undefined || LEVELS.indexOf(level) < LEVELS.indexOf(wanted)) return;
      await notify({ method: "notifications/message", params: { level, logger: "selfos", data } });
    },
    attach: (content) => void attached.push(content),
    canAsk,
    async ask(questions, within) {
      return isAsked(questions)
        ? await askedNow(server, mcpReq, questions, within)
        : answered(questions, answers, inputResponses);
    },
    async settled() {
      if (told) await new Promise((resolve) => setTimeout(resolve, APART_MS));
    },
  };
}

/** A person may think for so long. */
const LONGEST_MS = 600_000;

/** What a client of the eras before 2026 answers, while the call waits. */
async function askedNow<Q extends Questions>(
  server: Server,
  { id, signal }: ServerContext["mcpReq"],
  questions: Q,
  within = LONGEST_MS,
): Promise<Answers<Q>> {
  const options = { relatedRequestId: id, signal, timeout: Math.max(1, Math.ceil(within)) };
  const asked = Object.entries(questions).map(async ([name, question]) => {
    const { method } = question;
    const answer = await server.request(question, options);
    return [name, ANSWERS[method](answer) ? answer : NO_ANSWER[method]];
  });
  const answers: Record<string, unknown> = Object.fromEntries(await Promise.all(asked));
  if (answersAll(questions, answers)) return answers;
  throw new AppError(
    "unavailable",
    "Cannot go on as the client answers something else",
    "use a client that answers what it says it does",
  );
}

/**
 * The answers to all questions so far, once these are among them.
 *
 * @throws InputNeeded while one of them is not answered in the right form
 */
function answered<Q extends Questions>(
  questions: Q,
  answers: Record<string, unknown>,
  latest: Record<string, unknown> = {},
): Answers<Q> {
  for (const [name, { method }] of Object.entries(questions)) {
    if (ANSWERS[method](answers[name]) || !(name in latest)) continue;
    const answer = latest[name];
    answers[name] = ANSWERS[method](answer) ? answer : NO_ANSWER[method];
  }
  if (answersAll(questions, answers)) return answers;
  const open = Object.entries(questions)
    .filter(([name, { method }]) => !ANSWERS[method](answers[name]));
  for (const [name] of open) delete answers[name];
  throw new InputNeeded(Object.fromEntries(open), answers);
}

function answersAll<Q extends Questions>(
  questions: Q,
  answers: Record<string, unknown>,
): answers is Answers<Q> {
  return Object.entries(questions).every(([name, { method }]) => ANSWERS[method](answers[name]));
}

const ANSWERS: Record<Question["method"], (value: unknown) => boolean> = {
  "elicitation/create": isSpecType.ElicitResult,
  "sampling/createMessage": isSpecType.CreateMessageResult,
  "roots/list": isSpecType.ListRootsResult,
};

/** What a client has said that answers with something else. */
const NO_ANSWER: Record<Question["method"], unknown> = {
  "elicitation/create": { action: "cancel" },
  "sampling/createMessage": refusedSample("it answers something else"),
  "roots/list": undefined,
};

const ABILITIES: Record<Question["method"], string> = {
  "elicitation/create": "elicitation",
  "sampling/createMessage": "sampling",
  "roots/list": "roots",
};

/** Whether an ability is declared; of questions to the person, that to fill in a form. */
function isAble(declared: unknown): boolean {
  return isObject(declared) && (!("url" in declared) || "form" in declared);
}

/**
 * The client's name for itself, as the request says it, or as the connection did.
 *
 * @param server absent before there is one
 */
export function clientOf(server: Server | undefined, envelope: unknown): string {
  const client = nameIn(memberOf(envelope, CLIENT_INFO_META_KEY)) ??
    server?.getClientVersion()?.name ?? "unknown";
  const name = withoutCredentials(client.toWellFormed().replaceAll("\0", ""));
  // A part of a text holds on to the whole of it: of a long one, a copy of the part is kept.
  return name.length <= 100 ? name : [...name.slice(0, 100)].join("");
}

function nameIn(info: unknown): string | undefined {
  const name = memberOf(info, "name");
  return typeof name === "string" ? name : undefined;
}

function capabilitiesOf(server: Server, envelope: unknown): Record<string, unknown> {
  const declared = memberOf(envelope, CLIENT_CAPABILITIES_META_KEY) ??
    server.getClientCapabilities();
  return isObject(declared) ? declared : {};
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

/** In the era of 2026, a request that names no level wants to hear nothing. */
function levelIn(envelope: unknown): LoggingLevel | undefined {
  const level = memberOf(envelope, LOG_LEVEL_META_KEY);
  return LEVELS.find((known) => known === level);
}
