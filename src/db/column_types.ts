/** Column types that the two stores spell differently. */
export interface ColumnTypes {
  /** An integer primary key that the store assigns and never reuses. */
  readonly id: string;
  /** Text that sorts by code point. */
  readonly text: string;
  readonly integer: string;
  readonly real: string;
  readonly bytes: string;
  /** The statements that keep an index of the column `terms` of a table, texts parted by spaces. */
  indexTerms(table: "memories"): string[];
}
