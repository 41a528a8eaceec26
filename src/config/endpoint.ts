import { AppError, quote } from "../errors.ts";
import { isLoopbackName, webAddress } from "./issuers.ts";
import { setting } from "./setting.ts";
import { namesOneHost, quotedUrl } from "./values.ts";

/** A model behind an OpenAI-compatible server. */
export interface Endpoint {
  readonly url: string;
  readonly model: string;
  readonly apiKey: string | undefined;
}

/** The settings that name one, as far as they were given. */
export type EndpointSettings = { readonly [Name in keyof Endpoint]: Endpoint[Name] | undefined };

/** What an endpoint is for. */
export interface EndpointUse {
  /** What its variables begin with: `SELFOS_EMBEDDINGS`. */
  readonly prefix: `SELFOS_${string}`;
  /** As it is called in a refusal: `embeddings`. */
  readonly what: string;
  /** What its address ends with: `/embeddings`. */
  readonly path: string;
  /** The name of a model. */
  readonly example: string;
  /** What is done there. */
  readonly help: string;
  /** Who does it where there is none. */
  readonly fallback: string;
}

/** The settings that name an endpoint. */
export function endpointSettings({ prefix, what, path, example, help, fallback }: EndpointUse) {
  return {
    url: setting({
      variable: `${prefix}_URL`,
      value: "URL",
      help:
        `an OpenAI-compatible \`…/v1${path}\` (Ollama, LM Studio, OpenAI) that ${help}; http only ` +
        "on this machine and in a private network",
      fallback: `none: ${fallback}`,
      parse: (text) => text === undefined ? undefined : endpointUrl(what, path, text),
    }),
    model: setting({
      variable: `${prefix}_MODEL`,
      value: "NAME",
      help: "the model that is asked for there",
      fallback: "none",
      parse: (text) => text === undefined ? undefined : modelName(example, text),
    }),
    apiKey: setting({
      variable: `${prefix}_API_KEY`,
      value: "KEY",
      help: "what is shown there as bearer token; over http only on this machine",
      fallback: "none",
      parse: (text) => text === undefined ? undefined : bearerToken(text),
    }),
  };
}

/** The endpoint, where one is named. */
export function endpointIn({ url, model, apiKey }: EndpointSettings): Endpoint | undefined {
  return url === undefined || model === undefined ? undefined : { url, model, apiKey };
}

/** `host:port` of an endpoint, where there is one. */
export function addressesOf(url: string | undefined): string[] {
  return url === undefined ? [] : [webAddress(url)];
}

/**
 * Refuses settings that do not go together.
 *
 * @throws AppError `invalid_input` naming the settings
 */
export function refuseUnsafeEndpoint(
  { prefix, example }: EndpointUse,
  { url, model, apiKey }: EndpointSettings,
): void {
  const refused = (variable: string, why: string, advice: string) =>
    new AppError("invalid_input", `Cannot use ${prefix}_${variable} as ${why}`, advice);
  if (url === undefined) {
    const alone = model !== undefined ? "MODEL" : apiKey !== undefined ? "API_KEY" : undefined;
    if (alone === undefined) return;
    throw refused(alone, "no endpoint is named", `set ${prefix}_URL, or unset it`);
  }
  if (model === undefined) {
    const advice = `set ${prefix}_MODEL, for example to ${example}`;
    throw refused("URL", "no model is named", advice);
  }
  const { protocol, hostname } = new URL(url);
  if (apiKey === undefined || protocol === "https:" || isLoopbackName(hostname)) return;
  throw refused(
    "API_KEY",
    `everyone on the way to ${hostname} could read it`,
    `write ${prefix}_URL with https://, or unset the key`,
  );
}

/**
 * The whole address; where only that of the service is given, the path is added.
 *
 * @param what as it is called in a refusal: `embeddings`
 * @param path what the address ends with
 */
function endpointUrl(what: string, path: string, text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || !namesOneHost(url) || url.hash || url.username) {
    throw new AppError(
      "invalid_input",
      `${what} URL must be an http or https address: got ${quotedUrl(text)}`,
      `write it as "http://localhost:11434/v1${path}"`,
    );
  }
  if (url.protocol === "http:" && !isNear(url.hostname)) {
    const why = `as ${url.hostname} is not in a private network`;
    throw new AppError(
      "invalid_input",
      `${what} URL must be https, ${why}: got ${quotedUrl(text)}`,
      "write it with https://",
    );
  }
  const given = url.pathname.replace(/\/+$/, "");
  url.pathname = given.endsWith(path) ? given : given + path;
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

/** What a model is called. */
function modelName(example: string, text: string): string {
  if (/^[\x21-\x7e]{1,200}$/.test(text)) return text;
  throw new AppError(
    "invalid_input",
    `model must be a name without spaces: got ${quote(text)}`,
    `write it as ${quote(example)}`,
  );
}

/** Not quoted, as it is secret. */
function bearerToken(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new AppError("invalid_input", "the key must have no spaces and no letters beyond ASCII");
}
