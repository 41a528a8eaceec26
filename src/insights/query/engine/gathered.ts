import { shorten } from "../../../errors.ts";
import type { Cell } from "../messages.ts";
import type { Value } from "./sqlite.d.ts";

/** Rows stop before they have more characters of JSON together; a value is cut after so many. */
const MOST_CHARACTERS = 64_000;
const LONGEST_VALUE = 8000;

/** The rows of an answer, as far as they fit. */
export class Gathered {
  readonly #limit: number;
  readonly #rows: Cell[][] = [];
  #characters = 0;
  #cut = false;
  #left: "rows" | "size" | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether there was room for the row. */
  take(values: readonly Value[]): boolean {
    const cells = values.map(cellOf);
    const row = cells.map((cell) => typeof cell === "string" ? shorten(cell, LONGEST_VALUE) : cell);
    this.#characters += JSON.stringify(row).length;
    if (this.#rows.length === this.#limit) this.#left = "rows";
    else if (this.#characters > MOST_CHARACTERS) this.#left = "size";
    if (this.#left !== undefined) return false;
    this.#cut ||= row.some((cell, at) => cell !== cells[at]);
    this.#rows.push(row);
    return true;
  }

  /** Whether not even the first row had room. */
  get oversized(): boolean {
    return this.#left === "size" && this.#rows.length === 0;
  }

  get answer(): { rows: Cell[][]; truncated?: string } {
    const truncated = [...this.#missing()].join("; ");
    return { rows: this.#rows, ...(truncated === "" ? {} : { truncated }) };
  }

  *#missing(): Generator<string> {
    const first = `only the first ${this.#rows.length} rows are here`;
    if (this.#left === "rows") yield `${first}: raise limit, or count and group`;
    if (this.#left === "size") yield `${first}, as more are too large: select fewer columns`;
    if (this.#cut) yield `texts are cut after ${LONGEST_VALUE} characters: use substr()`;
  }
}

/** As JSON can hold it: what is no exact number there is text. */
function cellOf(value: Value): Cell {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (!(value instanceof Uint8Array)) return value;
  const bytes = [...value.subarray(0, LONGEST_VALUE)];
  return `x'${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}'`;
}
