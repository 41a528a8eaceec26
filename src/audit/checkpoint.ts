import { z } from "zod";
import { AppError, messageOf } from "../errors.ts";

/** A place in the chain, as it was found once: kept elsewhere, it tells what was done to the rows up to it. */
export interface Checkpoint {
  /** The newest row. */
  readonly id: number;
  readonly hash: string;
  /** When that was recorded. */
  readonly at: string;
  /** How many rows were ever kept up to it, removed ones included. */
  readonly count: number;
}

const Form = z.object({
  id: z.number().int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  count: z.number().int().min(1),
});

/**
 * The checkpoint that a file holds.
 *
 * @param file its name, for what is said where it holds none
 * @throws AppError `invalid_input`
 */
export function parseCheckpoint(text: string, file: string): Checkpoint {
  try {
    return Form.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError(
      "invalid_input",
      `Cannot read ${file} as a checkpoint`,
      "name a file that selfos audit checkpoint has made",
      { cause: messageOf(error) },
    );
  }
}
