/**
 * What is used of `@energetic-ai/core`, whose own types are those of packages that do not come with
 * it.
 */

export interface GraphModel {
  dispose(): void;
}

/** Loads a model from the address of its description. */
export function loadGraphModel(url: string): Promise<GraphModel>;

/** Says where the binaries of the runtime are, by the names that they have in the package. */
export function setWasmPaths(paths: Readonly<Record<string, string>>): void;
