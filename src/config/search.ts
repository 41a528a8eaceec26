import {
  addressesOf,
  bearerToken,
  type Endpoint,
  endpointIn,
  type EndpointSettings,
  endpointUrl,
  modelName,
  refuseUnsafeEndpoint,
} from "./endpoint.ts";
import { setting } from "./setting.ts";
import { duration } from "./values.ts";

const EXAMPLE = "nomic-embed-text";

/** What tells which texts mean the same. */
export const SEARCH_SETTINGS = {
  embeddingsUrl: setting({
    variable: "SELFOS_EMBEDDINGS_URL",
    value: "URL",
    help: "an OpenAI-compatible `…/v1/embeddings` (Ollama, LM Studio, OpenAI) that is given the " +
      "texts to search; http only on this machine and in a private network",
    fallback: "none: built-in model",
    parse: (text) =>
      text === undefined ? undefined : endpointUrl("embeddings", "/embeddings", text),
  }),
  embeddingsModel: setting({
    variable: "SELFOS_EMBEDDINGS_MODEL",
    value: "NAME",
    help: "the model that is asked for there",
    fallback: "none",
    parse: (text) => text === undefined ? undefined : modelName(EXAMPLE, text),
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

/** The configured endpoint; absent, the built-in model is used. */
export function endpointOf(config: SearchConfig): Endpoint | undefined {
  return endpointIn(settingsOf(config));
}

/** `host:port` of the endpoint, where there is one. */
export function endpointAddresses({ embeddingsUrl }: SearchConfig): string[] {
  return addressesOf(embeddingsUrl);
}

/**
 * Refuses settings that do not go together.
 *
 * @throws AppError `invalid_input` naming the settings
 */
export function refuseUnsafeSearch(config: SearchConfig): void {
  refuseUnsafeEndpoint("SELFOS_EMBEDDINGS", settingsOf(config), EXAMPLE);
}

function settingsOf(config: SearchConfig): EndpointSettings {
  const { embeddingsUrl: url, embeddingsModel: model, embeddingsApiKey: apiKey } = config;
  return { url, model, apiKey };
}
