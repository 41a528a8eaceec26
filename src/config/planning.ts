import {
  addressesOf,
  type Endpoint,
  endpointIn,
  type EndpointSettings,
  endpointSettings,
  type EndpointUse,
  refuseUnsafeEndpoint,
} from "./endpoint.ts";

const USE: EndpointUse = {
  ...{ prefix: "SELFOS_AI", what: "AI", path: "/chat/completions", example: "qwen3:8b" },
  help: "is given a goal to take apart",
  fallback: "the client's model",
};

const { url: aiUrl, model: aiModel, apiKey: aiApiKey } = endpointSettings(USE);

/** Who takes goals apart where the client has no model to do it. */
export const PLANNING_SETTINGS = { aiUrl, aiModel, aiApiKey };

/** What of a configuration says who takes goals apart. */
export interface PlanningConfig {
  readonly aiUrl: string | undefined;
  readonly aiModel: string | undefined;
  readonly aiApiKey: string | undefined;
}

/** The configured endpoint, where there is one. */
export function planningEndpoint(config: PlanningConfig): Endpoint | undefined {
  return endpointIn(settingsOf(config));
}

/** `host:port` of the endpoint, where there is one. */
export function planningAddresses({ aiUrl }: PlanningConfig): string[] {
  return addressesOf(aiUrl);
}

/**
 * Refuses settings that do not go together.
 *
 * @throws AppError `invalid_input` naming the settings
 */
export function refuseUnsafePlanning(config: PlanningConfig): void {
  refuseUnsafeEndpoint(USE, settingsOf(config));
}

function settingsOf(
  { aiUrl: url, aiModel: model, aiApiKey: apiKey }: PlanningConfig,
): EndpointSettings {
  return { url, model, apiKey };
}
