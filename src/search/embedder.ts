/** Turns texts into vectors of one model. */
export interface Embedder extends AsyncDisposable {
  /** Names the space in which the vectors lie: those of different models are never compared. */
  readonly model: string;

  /** The cosine below which texts have nothing in common; absent where nobody knows. */
  readonly leastLike?: number;

  /** Whether the model makes anything of such a text. */
  understands(text: string): boolean;

  /**
   * One vector of unit length for each text, all of as many dimensions.
   *
   * @param texts none of them empty, each of at most {@linkcode LONGEST_PIECE} characters
   * @throws AppError `unavailable` when the model cannot be used now, or answers no vectors
   */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array<ArrayBuffer>[]>;
}

export interface EmbedOptions {
  /** What somebody waits for goes before what is done in the background. */
  readonly urgent: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Longer texts are embedded in pieces; in characters. */
export const LONGEST_PIECE = 500;
