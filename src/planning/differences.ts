import { AppError } from "../errors.ts";
import type { Draft } from "../life/journal.ts";
import { Elsewhere } from "../life/guests.ts";
import type { Records } from "../life/records.ts";
import { findOwn } from "../life/references.ts";

/** As many differences are told. */
const SHOWN = 10;

/**
 * Refuses a plan that does not fit the life any more.
 *
 * @param tool what makes another one
 * @throws AppError `conflict` with a line for every difference
 */
export function refuseDifferences(differences: readonly string[], tool: string): void {
  if (differences.length === 0) return;
  const lines = differences.slice(0, SHOWN).map((line) => `- ${line}`);
  if (differences.length > SHOWN) lines.push(`- and ${differences.length - SHOWN} more`);
  throw new AppError(
    "conflict",
    `Cannot apply the plan as it does not fit any more:\n${lines.join("\n")}`,
    `call ${tool} again for a plan of how things are now`,
  );
}

/** What a plan is about, unless it is gone or withheld. */
export async function stillThere<E extends "goal" | "task">(
  draft: Draft,
  entity: E,
  id: Records[E]["id"],
): Promise<Records[E] | undefined> {
  try {
    return await findOwn(draft, entity, id);
  } catch (error) {
    if (error instanceof Elsewhere || !(error instanceof AppError)) throw error;
    if (error.code === "not_found") return undefined;
    throw error;
  }
}
