import type { Endpoint } from "../config/endpoint.ts";
import { messageOf } from "../errors.ts";

/** What may be better the next time. */
export class Passing extends Error {
  override readonly name: string = "Passing";

  /** @param after milliseconds to wait before, where it was said */
  constructor(message: string, readonly after?: number) {
    super(message);
  }
}

/** What the connection ended with; that may name the endpoint. */
export class Broken extends Passing {
  override readonly name = "Broken";
}

/** What stays as it is until somebody changes something. */
export class Lasting extends Error {
  override readonly name: string = "Lasting";

  constructor(message: string, readonly advice: string) {
    super(message);
  }
}

/** What was sent is not taken; something else may be. */
export class Refused extends Lasting {
  override readonly name = "Refused";
}

/** What an endpoint is for, so that a failure says what to look after. */
export interface Service {
  /** What its variables begin with: `SELFOS_EMBEDDINGS`. */
  readonly settings: string;
  /** What it should be the address of: `/v1/embeddings`. */
  readonly path: string;
  /** In bytes; no answer has more. */
  readonly most: number;
}

/**
 * Asks an endpoint once; answers the text of what it says.
 *
 * @throws Passing or Lasting, saying what the endpoint did; what the signal was aborted with
 */
export async function requestText(
  service: Service,
  { url, apiKey }: Endpoint,
  body: object,
  signal: AbortSignal,
): Promise<string> {
  const response = await answerOf(url, {
    method: "POST",
    // Whoever is sent elsewhere gives the texts to somebody that nobody named.
    redirect: "manual",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify(body),
    signal,
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw refusal(service, response);
  }
  return await textOf(service, response, url, signal);
}

/** The JSON value in an answer. @throws Lasting where it is none */
export function valueIn(service: Service, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw garbage(service, "no JSON");
  }
}

/** The failure of an endpoint that answers what it should not. */
export function garbage({ settings, path }: Service, what: string): Lasting {
  return new Lasting(
    `it answers ${what}`,
    `check that ${settings}_URL is the address of an OpenAI-compatible ${path}`,
  );
}

async function answerOf(
  url: string,
  init: RequestInit & { readonly signal: AbortSignal },
): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw broken(error, url, init.signal);
  }
}

/** What the connection ended with, unless that was asked for: then this throws why. */
function broken(error: unknown, url: string, signal: AbortSignal): Broken {
  signal.throwIfAborted();
  const cause = error instanceof Error ? error.cause ?? error : error;
  // A query may be secret.
  return new Broken(messageOf(cause).replaceAll(url, new URL(url).host));
}

/** What is answered where what was sent is wrong, or too long, or the model is. */
const TOO_MUCH = new Set([400, 413, 422]);

function refusal({ settings }: Service, { status, headers }: Response): Passing | Lasting {
  if (status === 429 || status >= 500) {
    return new Passing(`it answers ${status}`, pauseIn(headers.get("retry-after")));
  }
  if (status === 401 || status === 403) {
    return new Lasting(`it refuses the key (${status})`, `check ${settings}_API_KEY`);
  }
  if (TOO_MUCH.has(status)) return new Refused(`it answers ${status}`, `check ${settings}_MODEL`);
  const redirects = status >= 300 && status < 400;
  return new Lasting(
    redirects ? `it sends elsewhere (${status})` : `it answers ${status}`,
    `check ${settings}_URL and ${settings}_MODEL`,
  );
}

/** Milliseconds, from a number of seconds or a date. */
function pauseIn(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const ms = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

async function textOf(
  service: Service,
  { body }: Response,
  url: string,
  signal: AbortSignal,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.length;
      // Leaving the loop gives up the rest.
      if (size > service.most) throw garbage(service, `more than ${service.most} bytes`);
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (error instanceof Lasting) throw error;
    throw broken(error, url, signal);
  }
  return text;
}
