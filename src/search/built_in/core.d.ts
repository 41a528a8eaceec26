/**
 * What is used of `@energetic-ai/core`, whose own types are those of packages that do not come with
 * it.
 */

export interface Tensor {
  array(): Promise<number[][]>;
  dispose(): void;
}

export interface GraphModel {
  executeAsync(inputs: Readonly<Record<string, Tensor>>): Promise<Tensor>;
}

/** A model in memory. */
export interface ModelArtifacts {
  readonly modelTopology: object;
  readonly weightSpecs: readonly object[];
  readonly weightData: ArrayBufferLike;
}

/** Makes tensors of the stored bytes of a model, by the names of its weights. */
export type DecodeWeights<Weight> = (
  stored: ArrayBufferLike,
  weights: readonly Weight[],
) => Record<string, Tensor>;

/** Resolves once tensors can be made. */
export function ready(): Promise<void>;

export const io: { fromMemory(artifacts: ModelArtifacts): object };

export function loadGraphModel<Weight>(
  handler: object,
  options: object,
  io: { decodeWeights: DecodeWeights<Weight> },
): Promise<GraphModel>;

/** Copies the values. */
export function tensor(
  values: Float32Array | Int32Array,
  shape: readonly number[],
  type: "float32" | "int32",
): Tensor;

export function tensor1d(values: readonly number[], type: "int32"): Tensor;

export function tensor2d(
  values: readonly number[],
  shape: readonly [number, number],
  type: "int32",
): Tensor;

/** Says where the binaries of the runtime are, by the names that they have in the package. */
export function setWasmPaths(paths: Readonly<Record<string, string>>): void;
