import type { Written } from "./items.ts";

/** Thrown out of a verb whose actor only proposes: what it would have written, all of it taken back. */
export class Rehearsed extends Error {
  override readonly name = "Rehearsed";

  constructor(
    /** Whose life it is. */
    readonly owner: string,
    readonly written: readonly Written[],
  ) {
    super("what is proposed is not written");
  }
}
