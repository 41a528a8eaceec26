// @ts-types="./core.d.ts"
import {
  type GraphModel,
  io,
  loadGraphModel,
  type ModelArtifacts,
  ready,
  tensor1d,
  tensor2d,
} from "@energetic-ai/core";
import type { ModelFiles } from "../../model_files.ts";
import { Tokenizer } from "./tokenizer.ts";

const WASM_PAGE = 65_536;

/** The sentence encoder, from texts to vectors. */
export class Encoder {
  readonly #model: GraphModel;
  readonly #tokenizer: Tokenizer;

  private constructor(model: GraphModel, tokenizer: Tokenizer) {
    this.#model = model;
    this.#tokenizer = tokenizer;
  }

  static async load({ model, vocabulary }: ModelFiles): Promise<Encoder> {
    await ready();
    const graph = await loadGraphModel(io.fromMemory(await artifactsOf(model)));
    const pieces = JSON.parse(await Deno.readTextFile(vocabulary));
    return new Encoder(graph, new Tokenizer(pieces));
  }

  async embed(texts: readonly string[]): Promise<number[][]> {
    const tokens = texts.map((text) => this.#tokenizer.encode(text));
    const places = tokens.flatMap((own, text) => own.flatMap((_, place) => [text, place]));
    const values = tensor1d(tokens.flat(), "int32");
    const indices = tensor2d(places, [places.length / 2, 2], "int32");
    try {
      const vectors = await this.#model.executeAsync({ indices, values });
      try {
        return await vectors.array();
      } finally {
        vectors.dispose();
      }
    } finally {
      indices.dispose();
      values.dispose();
    }
  }
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly object[];
}

/**
 * The description of a model with its weights, which are read into the memory of a WebAssembly: unlike
 * what is allocated otherwise, that is given back to the system when the worker ends.
 */
async function artifactsOf(path: string): Promise<ModelArtifacts> {
  const description = JSON.parse(await Deno.readTextFile(path));
  const groups: readonly Group[] = description.weightsManifest;
  const directory = path.slice(0, path.lastIndexOf("/"));
  const files = groups.flatMap(({ paths }) => paths).map((name) => `${directory}/${name}`);
  const sizes = files.map((file) => Deno.statSync(file).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const { buffer } = new WebAssembly.Memory({ initial: Math.ceil(total / WASM_PAGE) });
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
  return {
    modelTopology: description.modelTopology,
    weightSpecs: groups.flatMap(({ weights }) => weights),
    weightData: buffer,
  };
}
