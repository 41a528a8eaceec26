import { messageOf, quote } from "../../errors.ts";
import { isObject, repeatedMember } from "../../json.ts";

/** How issuers are asked. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const MOST_BYTES = 256 * 1024;
const PATIENCE_MS = 5000;

/** A JSON object that an issuer publishes; `undefined` where there is none (404). Throws what is wrong. */
export async function documentAt(
  fetch: Fetch,
  url: string,
  stop: AbortSignal,
): Promise<Record<string, unknown> | undefined> {
  const late = AbortSignal.timeout(PATIENCE_MS);
  const shown = withoutSecrets(url);
  try {
    const response = await fetch(url, {
      // Whoever is sent elsewhere asks somebody that nobody named.
      redirect: "manual",
      headers: { accept: "application/json" },
      signal: AbortSignal.any([late, stop]),
    });
    if (response.status === 200) return objectOf(await textOf(response, shown), shown);
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    const redirects = response.status >= 300 && response.status < 400;
    throw new Error(`${shown} ${redirects ? "sends elsewhere" : "answers"} (${response.status})`);
  } catch (error) {
    if (late.aborted) throw new Error(`${shown} did not answer within ${PATIENCE_MS / 1000} s`);
    const message = messageOf(error).replaceAll(url, shown).replaceAll(new URL(url).href, shown);
    throw new Error(message, { cause: error });
  }
}

/** An address as messages show it: a query or a user may be secret. */
export function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

async function textOf({ body }: Response, url: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    // Leaving the loop gives up the rest.
    if (size > MOST_BYTES) throw new Error(`${url} answers more than ${MOST_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function objectOf(text: string, url: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${url} answers no JSON`);
  }
  if (!isObject(value)) throw new Error(`${url} answers no JSON object`);
  const repeated = repeatedMember(text);
  if (repeated === undefined) return value;
  throw new Error(`${url} answers with the member ${quote(repeated)} twice in one object`);
}
