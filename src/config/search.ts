import { AppError, quote } from "../errors.ts";
import { isLoopbackName, webAddress } from "./issuers.ts";
import { setting } from "./setting.ts";
import { duration, namesOneHost, quotedUrl } from "./values.ts";

/** What tells which texts mean the same. */
export const SEARCH_SETTINGS = {
  embeddingsUrl: setting({
    variable: "SELFOS_EMBEDDINGS_URL",
    value: "URL",
    help: "an OpenAI-compatible `…/v1/embeddings` (Ollama, LM Studio, OpenAI) that is given the " +
      "texts to search; http only on this machine and in a private network",
    fallback: "none: built-in model",
    parse: (text) => text === undefined ? undefined : embeddingsUrl(text),
  }),
  embeddingsModel: setting({
    variable: "SELFOS_EMBEDDINGS_MODEL",
    value: "NAME",
    help: "the model that is asked for there",
    fallback: "none",
    parse: (text) => text === undefined ? undefined : modelName(text),
  }),
  embeddingsApiKey: setting({
    variable: "SELFOS_EMBEDDINGS_API_KEY",
    value: "KEY",
    help: "what is shown there as bearer token; over http only on this machine",
    fallback: "none",
    parse: (text) => text === undefined ? undefined : bearerToken(text),
  }),
  modelIdle: setting({
    variable: "SELFOS_MODEL_IDLE",
    value: "TIME",
    help:
      "how long the built-in model, and the vectors of a search, stay in memory unused, in s, m or h",
    fallback: "`5m`",
    parse: (text) => duration("idle time", text ?? "5m"),
  }),
};

/** What of a configuration says how meanings are compared. */
export interface SearchConfig {
  readonly embeddingsUrl: string | undefined;
  readonly embeddingsModel: string | undefined;
  readonly embeddingsApiKey: string | undefined;
  /** Milliseconds. */
  readonly modelIdle: number;
}

/** A server that embeds texts. */
export interface Endpoint {
  readonly url: string;
  readonly model: string;
  readonly apiKey: string | undefined;
}

/** The configured endpoint; absent, the built-in model is used. */
export function endpointOf(config: SearchConfig): Endpoint | undefined {
  const { embeddingsUrl: url, embeddingsModel: model, embeddingsApiKey: apiKey } = config;
  return url === undefined || model === undefined ? undefined : { url, model, apiKey };
}

/** `host:port` of the endpoint, where there is one. */
export function endpointAddresses({ embeddingsUrl }: SearchConfig): string[] {
  return embeddingsUrl === undefined ? [] : [webAddress(embeddingsUrl)];
}

/**
 * Refuses settings that do not go together.
 *
 * @throws AppError `invalid_input` naming the settings
 */
export function refuseUnsafeSearch(config: SearchConfig): void {
  const { embeddingsUrl, embeddingsModel, embeddingsApiKey } = config;
  const refused = (variable: string, why: string, advice: string) =>
    new AppError("invalid_input", `Cannot use ${variable} as ${why}`, advice);
  if (embeddingsUrl === undefined) {
    const alone = embeddingsModel !== undefined
      ? "SELFOS_EMBEDDINGS_MODEL"
      : embeddingsApiKey !== undefined
      ? "SELFOS_EMBEDDINGS_API_KEY"
      : undefined;
    if (alone === undefined) return;
    throw refused(alone, "no endpoint is named", "set SELFOS_EMBEDDINGS_URL, or unset it");
  }
  if (embeddingsModel === undefined) {
    throw refused(
      "SELFOS_EMBEDDINGS_URL",
      "no model is named",
      "set SELFOS_EMBEDDINGS_MODEL, for example to nomic-embed-text",
    );
  }
  const { protocol, hostname } = new URL(embeddingsUrl);
  if (embeddingsApiKey === undefined || protocol === "https:" || isLoopbackName(hostname)) return;
  throw refused(
    "SELFOS_EMBEDDINGS_API_KEY",
    `everyone on the way to ${hostname} could read it`,
    "write SELFOS_EMBEDDINGS_URL with https://, or unset the key",
  );
}

/** The whole address; where only that of the service is given, `/embeddings` is added. */
function embeddingsUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || !namesOneHost(url) || url.hash || url.username) {
    throw new AppError(
      "invalid_input",
      `embeddings URL must be an http or https address: got ${quotedUrl(text)}`,
      'write it as "http://localhost:11434/v1/embeddings"',
    );
  }
  if (url.protocol === "http:" && !isNear(url.hostname)) {
    throw new AppError(
      "invalid_input",
      `embeddings URL must be https, as ${url.hostname} is not in a private network: got ${
        quotedUrl(text)
      }`,
      "write it with https://",
    );
  }
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith("/embeddings") ? path : `${path}/embeddings`;
  return url.href;
}

/** Whether a host can only be one of this machine or of a private network. */
function isNear(host: string): boolean {
  return isLoopbackName(host) || NEAR.some((form) => form.test(host));
}

const NEAR = [
  /^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$/,
  /^\[(f[cd]|fe[89ab])/,
  /^[a-z][a-z0-9_-]*$/i,
  /\.(local|lan|home|internal|home\.arpa)$/i,
];

function modelName(text: string): string {
  if (/^[\x21-\x7e]{1,200}$/.test(text)) return text;
  throw new AppError(
    "invalid_input",
    `model must be a name without spaces: got ${quote(text)}`,
    'write it as "nomic-embed-text"',
  );
}

/** Not quoted, as it is secret. */
function bearerToken(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new AppError("invalid_input", "the key must have no spaces and no letters beyond ASCII");
}
