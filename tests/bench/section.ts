/** What every section of the benchmark is given. */
export interface Bench {
  /** A directory for stores and packages. */
  readonly place: string;
  /** The compiled program. */
  readonly binary: string;
  say(line: string): void;
}
