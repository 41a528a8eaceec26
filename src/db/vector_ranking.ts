/** What vectors share that are ranked together. */
export interface Shelf {
  readonly user_id: string;
  readonly entity: string;
  readonly model: string;
  readonly dims: number;
}

/** Ranks vectors where they are stored, so that nobody reads or holds them. */
export interface VectorRanking {
  /**
   * Makes the place in which vectors are ranked, as a step of the schema would; answers its name, or
   * `undefined` where it is there already, or where the store or the role does not allow it.
   */
  prepare(): Promise<string | undefined>;

  /** Whether vectors can be ranked at present. */
  usable(): Promise<boolean>;

  /** Takes in vectors that were stored since it last did, so many at most; whether more are left. */
  takeIn(shelf: Shelf, most: number): Promise<boolean>;

  /**
   * The items with a vector that is nearest, of those taken in, each once; the nearest first, the
   * greater id first of those that are equally near.
   *
   * @param query of unit length
   * @param among ids of the only items that count, where they are given
   */
  nearest(
    shelf: Shelf,
    query: Float32Array,
    most: number,
    among?: readonly number[],
  ): Promise<{ id: number; score: number }[]>;
}
