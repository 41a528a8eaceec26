// @ts-types="./core.d.ts"
import { type GraphModel, io, loadGraphModel, type Tensor, tensor } from "@energetic-ai/core";

/** One tensor, as the description of a model has it; they follow each other in the files. */
interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  /** Stored with one byte for each value, where it says so. */
  readonly quantization?: { readonly min: number; readonly scale: number };
}

interface Description {
  readonly modelTopology: object;
  readonly weightsManifest: readonly {
    /** Files beside the description. */
    readonly paths: readonly string[];
    readonly weights: readonly Weight[];
  }[];
}

const WASM_PAGE = 65_536;
const VALUE_BYTES = 4;

/**
 * The graph of a model from its description and the weights beside it.
 *
 * All that is large passes through the memory of a WebAssembly: unlike what is allocated otherwise,
 * that goes back to the system when the worker ends.
 */
export async function loadGraph(path: string): Promise<GraphModel> {
  const description: Description = JSON.parse(await Deno.readTextFile(path));
  const { modelTopology, weightsManifest } = description;
  const directory = path.slice(0, path.lastIndexOf("/"));
  const files = weightsManifest.flatMap(({ paths }) => paths);
  const stored = bytesOf(files.map((name) => `${directory}/${name}`));
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const handler = io.fromMemory({ modelTopology, weightSpecs, weightData: stored });
  return await loadGraphModel(handler, {}, { ...io, decodeWeights: tensorsOf });
}

/** What stands in files, one after the other. */
function bytesOf(files: readonly string[]): ArrayBufferLike {
  const sizes = files.map((file) => Deno.statSync(file).size);
  const buffer = memoryOf(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const [index, file] of files.entries()) {
    const end = at + (sizes[index] ?? 0);
    using source = Deno.openSync(file);
    while (at < end) {
      const read = source.readSync(new Uint8Array(buffer, at, end - at));
      if (read === null) throw new Error(`${file} ends too soon`);
      at += read;
    }
  }
  return buffer;
}

/** By their names, tensors from values that are unpacked in one place, as each is copied from there. */
function tensorsOf(stored: ArrayBufferLike, weights: readonly Weight[]): Record<string, Tensor> {
  const most = Math.max(...weights.map(countOf));
  const place = memoryOf(most * VALUE_BYTES);
  const tensors: Record<string, Tensor> = {};
  let at = 0;
  for (const weight of weights) {
    const { name, shape, dtype, quantization } = weight;
    const size = countOf(weight) * (quantization ? 1 : VALUE_BYTES);
    const values = unpacked(weight, new Uint8Array(stored, at, size), place);
    tensors[name] = tensor(values, shape, dtype);
    at += size;
  }
  return tensors;
}

function unpacked(weight: Weight, stored: Uint8Array, place: ArrayBufferLike) {
  const count = countOf(weight);
  if (weight.quantization) {
    const { min, scale } = weight.quantization;
    const values = new Float32Array(place, 0, count);
    for (const [index, value] of stored.entries()) values[index] = value * scale + min;
    return values;
  }
  new Uint8Array(place).set(stored);
  return weight.dtype === "int32"
    ? new Int32Array(place, 0, count)
    : new Float32Array(place, 0, count);
}

function countOf({ shape }: Weight): number {
  return shape.reduce((product, length) => product * length, 1);
}

function memoryOf(bytes: number): ArrayBufferLike {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / WASM_PAGE) }).buffer;
}
