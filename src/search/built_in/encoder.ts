// @ts-types="./core.d.ts"
import { type GraphModel, ready, tensor1d, tensor2d } from "@energetic-ai/core";
import type { ModelFiles } from "../../model_files.ts";
import { loadGraph } from "./graph.ts";
import { Tokenizer } from "./tokenizer.ts";

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
    const graph = await loadGraph(model);
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
