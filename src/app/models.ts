import { type PlanningConfig, planningEndpoint } from "../config/planning.ts";
import { endpointOf, type SearchConfig } from "../config/search.ts";
import type { Store } from "../life/journal.ts";
import type { Log } from "../log.ts";
import type { ModelFiles } from "../model_files.ts";
import type { Planner } from "../planning/planner.ts";
import type { Embedder } from "../search/embedder.ts";

/**
 * The configured endpoint, or else the built-in model. Neither is asked before it is needed.
 *
 * @param files where the built-in model lies; absent, it is not there
 */
export async function openEmbedder(
  config: SearchConfig,
  files: ModelFiles | undefined,
): Promise<Embedder> {
  const endpoint = endpointOf(config);
  if (endpoint === undefined) {
    const { BuiltInEmbedder } = await import("../search/built_in.ts");
    return new BuiltInEmbedder({ files, idle: config.modelIdle });
  }
  const { EndpointEmbedder } = await import("../search/endpoint.ts");
  return new EndpointEmbedder(endpoint);
}

/** What makes and applies plans, with the configured endpoint, where there is one. It is not asked before it is needed. */
export async function openPlanner(
  config: PlanningConfig,
  store: Store,
  log: Log,
): Promise<Planner> {
  const { Planner } = await import("../planning/planner.ts");
  const endpoint = planningEndpoint(config);
  if (endpoint === undefined) return new Planner(store, undefined);
  const { PlanningModel } = await import("../planning/model.ts");
  return new Planner(store, new PlanningModel(endpoint, log));
}
