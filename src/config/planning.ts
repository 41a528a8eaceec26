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

const EXAMPLE = "qwen3:8b";

/** Who takes goals apart where the client has no model to do it. */
export const PLANNING_SETTINGS = {
  aiUrl: setting({
    variable: "SELFOS_AI_URL",
    value: "URL",
    help:
      "an OpenAI-compatible `…/v1/chat/completions` (Ollama, LM Studio, OpenAI) that is given " +
      "a goal to take apart; http only on this machine and in a private network",
    fallback: "none: the client's model",
    parse: (text) => text === undefined ? undefined : endpointUrl("AI", "/chat/completions", text),
  }),
  aiModel: setting({
    variable: "SELFOS_AI_MODEL",
    value: "NAME",
    help: "the model that is asked for there",
    fallback: "none",
    parse: (text) => text === undefined ? undefined : modelName(EXAMPLE, text),
  }),
  aiApiKey: setting({
    variable: "SELFOS_AI_API_KEY",
    value: "KEY",
    help: "what is shown there as bearer token; over http only on this machine",
    fallback: "none",
    parse: (text) => text === undefined ? undefined : bearerToken(text),
  }),
};

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
  refuseUnsafeEndpoint("SELFOS_AI", settingsOf(config), EXAMPLE);
}

function settingsOf({ aiUrl: url, aiModel: model, aiApiKey: apiKey }: PlanningConfig) {
  return { url, model, apiKey } satisfies EndpointSettings;
}
