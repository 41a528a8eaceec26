import {
  addressesOf,
  type Endpoint,
  endpointIn,
  type EndpointSettings,
  endpointSettings,
  type EndpointUse,
  refuseUnsafeEndpoint,
} from "./endpoint.ts";
import { setting } from "./setting.ts";
import { duration } from "./values.ts";

const USE: EndpointUse = {
  ...{ prefix: "SELFOS_EMBEDDINGS", what: "embeddings", path: "/embeddings" },
  ...{ example: "nomic-embed-text", help: "is given the texts to search" },
  fallback: "built-in model",
};

const { url: embeddingsUrl, model: embeddingsModel, apiKey: embeddingsApiKey } = endpointSettings(
  USE,
);

/** What tells which texts mean the same. */
export const SEARCH_SETTINGS = {
  ...{ embeddingsUrl, embeddingsModel, embeddingsApiKey },
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
  refuseUnsafeEndpoint(USE, settingsOf(config));
}

function settingsOf(config: SearchConfig): EndpointSettings {
  const { embeddingsUrl: url, embeddingsModel: model, embeddingsApiKey: apiKey } = config;
  return { url, model, apiKey };
}
