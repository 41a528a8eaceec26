import { z } from "zod";
import type { Endpoint } from "../../config/search.ts";
import { messageOf } from "../../errors.ts";

/** What may be better the next time. */
export class Passing extends Error {
  override readonly name = "Passing";

  /** @param after milliseconds to wait before, where it was said */
  constructor(message: string, readonly after?: number) {
    super(message);
  }
}

/** What stays as it is until somebody changes something. */
export class Lasting extends Error {
  override readonly name: string = "Lasting";

  constructor(message: string, readonly advice: string) {
    super(message);
  }
}

/** A text that the endpoint does not take; it may take others. */
export class TextRefused extends Lasting {
  override readonly name = "TextRefused";
}

/** 64 vectors of 8,192 dimensions, with all their digits, have their place. */
const MOST_BYTES = 16 * 1024 ** 2;
const MOST_DIMENSIONS = 8192;

/**
 * Asks the endpoint once; answers a vector for each text.
 *
 * @throws Passing or Lasting, saying what the endpoint did
 */
export async function requestVectors(
  { url, model, apiKey }: Endpoint,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<number[][]> {
  const response = await answerOf(url, {
    method: "POST",
    // Whoever is sent elsewhere gives the texts to somebody that nobody named.
    redirect: "manual",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify({ model, input: texts }),
    signal,
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw refusal(response);
  }
  return vectorsIn(await textOf(response, url, signal), texts.length);
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
function broken(error: unknown, url: string, signal: AbortSignal): Passing {
  signal.throwIfAborted();
  const cause = error instanceof Error ? error.cause ?? error : error;
  // A query may be secret.
  return new Passing(messageOf(cause).replaceAll(url, new URL(url).host));
}

/** What is answered where a text is wrong, or too long, or the model is. */
const TOO_MUCH = new Set([400, 413, 422]);

function refusal({ status, headers }: Response): Passing | Lasting {
  if (status === 429 || status >= 500) {
    return new Passing(`it answers ${status}`, pauseIn(headers.get("retry-after")));
  }
  if (status === 401 || status === 403) {
    return new Lasting(`it refuses the key (${status})`, "check SELFOS_EMBEDDINGS_API_KEY");
  }
  if (TOO_MUCH.has(status)) {
    return new TextRefused(`it answers ${status}`, "check SELFOS_EMBEDDINGS_MODEL");
  }
  const redirects = status >= 300 && status < 400;
  return new Lasting(
    redirects ? `it sends elsewhere (${status})` : `it answers ${status}`,
    "check SELFOS_EMBEDDINGS_URL and SELFOS_EMBEDDINGS_MODEL",
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

async function textOf({ body }: Response, url: string, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.length;
      // Leaving the loop gives up the rest.
      if (size > MOST_BYTES) throw garbage(`more than ${MOST_BYTES} bytes`);
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (error instanceof Lasting) throw error;
    throw broken(error, url, signal);
  }
  return text;
}

const Embeddings = z.object({
  data: z.array(z.object({
    index: z.int().nonnegative(),
    embedding: z.array(z.number()).min(1).max(MOST_DIMENSIONS),
  })),
});

function vectorsIn(text: string, count: number): number[][] {
  const { data, error } = Embeddings.safeParse(parsed(text));
  if (error) {
    const { path = [], message = "" } = error.issues[0] ?? {};
    throw garbage(`no list of embeddings: ${path.join(".") || "the whole"}: ${message}`);
  }
  const ordered = data.data.toSorted((one, other) => one.index - other.index);
  if (ordered.length !== count || ordered.some(({ index }, place) => index !== place)) {
    throw garbage(`not one vector for each of ${count} texts`);
  }
  return ordered.map(({ embedding }) => embedding);
}

/** What is wrong with vectors of which not all have as many dimensions. */
export function unevenness(vectors: readonly ArrayLike<number>[]): Lasting | undefined {
  const [first = []] = vectors;
  const other = vectors.find(({ length }) => length !== first.length);
  if (other === undefined) return undefined;
  return garbage(`a vector of ${other.length} dimensions after one of ${first.length}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw garbage("no JSON");
  }
}

function garbage(what: string): Lasting {
  return new Lasting(
    `it answers ${what}`,
    "check that SELFOS_EMBEDDINGS_URL is the address of an OpenAI-compatible /v1/embeddings",
  );
}
