import { kernelOn, LANE_BYTES } from "./kernel.ts";

/** Vectors of items, in the order in which they were stored. */
export interface VectorRows {
  /** The item of each vector. */
  readonly ids: readonly number[];
  /** Which piece of its item each vector is; with the first piece, those known before are replaced. */
  readonly seqs: readonly number[];
  /** One after the other; one of zeros alone is near nothing. */
  readonly values: Float32Array;
}

/** Items and how near each is to what was asked for, the nearest first. */
export interface Nearest {
  readonly ids: number[];
  /** Cosines, from -1 to 1. */
  readonly scores: number[];
}

/** What a space asks for to begin with; in pages of 64 KiB. */
const FIRST_PAGES = 4;
const PAGE = 65_536;
const FLOAT = 4;

/** No item has this id. */
const GONE = 0;

/** The vectors of one person's items of one kind, and which of them are near another vector. */
export class Space {
  readonly #dims: number;
  /** Bytes of one vector. */
  readonly #size: number;
  readonly #memory = new WebAssembly.Memory({ initial: FIRST_PAGES });
  readonly #scores = kernelOn(this.#memory);
  /** The item of each vector. */
  #owners: number[] = [];
  /** Where the vectors of an item begin. */
  readonly #places = new Map<number, number>();
  #gone = 0;

  constructor(dims: number) {
    this.#dims = dims;
    this.#size = Math.ceil(dims * FLOAT / LANE_BYTES) * LANE_BYTES;
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** How many items have vectors. */
  get items(): number {
    return this.#places.size;
  }

  add({ ids, seqs, values }: VectorRows): void {
    const end = this.#at(this.#owners.length + ids.length);
    // The products of all vectors have their place behind these.
    this.#reserve(end + (this.#owners.length + ids.length) * FLOAT);
    for (const [index, id] of ids.entries()) {
      if (seqs[index] === 0) this.#remove(id);
      const vector = values.subarray(index * this.#dims, (index + 1) * this.#dims);
      if (vector.every((value) => value === 0)) continue;
      const row = this.#owners.push(id) - 1;
      if (!this.#places.has(id)) this.#places.set(id, row);
      new Float32Array(this.#memory.buffer, this.#at(row), this.#dims).set(vector);
    }
    if (this.#gone > this.#owners.length / 2) this.#close();
  }

  /**
   * The items with a vector that is nearest, each once.
   *
   * @param query of unit length
   * @param among only these, where they are given
   */
  nearest(query: Float32Array, most: number, among?: ReadonlySet<number>): Nearest {
    if (query.length !== this.#dims) return { ids: [], scores: [] };
    const rows = this.#owners.length;
    const out = this.#at(rows);
    new Float32Array(this.#memory.buffer, 0, this.#dims).set(query);
    if (rows > 0) this.#scores(0, this.#at(0), out, out, this.#size);
    const scores = new Float32Array(this.#memory.buffer, out, rows);
    return this.#best(scores, most, among);
  }

  #best(scores: Float32Array, most: number, among?: ReadonlySet<number>): Nearest {
    let found: { id: number; score: number }[] = [];
    let least = -Infinity;
    const keepBest = () => {
      found = found.sort((a, b) => b.score - a.score || b.id - a.id).slice(0, most);
      if (found.length === most) least = found.at(-1)?.score ?? least;
    };
    for (let row = 0; row < scores.length;) {
      const id = this.#owners[row] ?? GONE;
      let score = scores[row] ?? -Infinity;
      for (row++; id !== GONE && this.#owners[row] === id; row++) {
        score = Math.max(score, scores[row] ?? -Infinity);
      }
      if (id === GONE || score <= least || (among && !among.has(id))) continue;
      found.push({ id, score });
      if (found.length >= 8 * most) keepBest();
    }
    keepBest();
    return { ids: found.map(({ id }) => id), scores: found.map(({ score }) => score) };
  }

  /** Where a vector lies; the first place is that of the query. */
  #at(row: number): number {
    return (row + 1) * this.#size;
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.bytes;
    if (missing <= 0) return;
    const spare = this.#owners.length === 0 ? 0 : this.bytes / 4;
    this.#memory.grow(Math.ceil((missing + spare) / PAGE));
  }

  #remove(id: number): void {
    let row = this.#places.get(id);
    if (row === undefined) return;
    this.#places.delete(id);
    for (; this.#owners[row] === id; row++) {
      this.#owners[row] = GONE;
      this.#gone++;
    }
  }

  /** Closes the gaps that replaced vectors leave. */
  #close(): void {
    const all = new Uint8Array(this.#memory.buffer);
    const owners: number[] = [];
    this.#places.clear();
    for (const [row, id] of this.#owners.entries()) {
      if (id === GONE) continue;
      const place = owners.push(id) - 1;
      if (!this.#places.has(id)) this.#places.set(id, place);
      all.copyWithin(this.#at(place), this.#at(row), this.#at(row + 1));
    }
    this.#owners = owners;
    this.#gone = 0;
  }
}
