import { endpointOf, type SearchConfig } from "../config/search.ts";
import type { ModelFiles } from "../model_files.ts";
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
