import { AppError } from "../errors.ts";
import { echoOf, type When } from "../life/dates.ts";
import type { Draft } from "../life/journal.ts";
import { Elsewhere } from "../life/guests.ts";
import { listed } from "../life/listed.ts";
import type { Records } from "../life/records.ts";
import { findOwn } from "../life/references.ts";

/**
 * Refuses to pick what the plan does not have, and to apply a plan that has nothing.
 *
 * @param otherwise what to do where the plan has nothing
 * @throws AppError `invalid_input`
 */
export function refuseUnknown(
  pick: readonly number[] | undefined,
  among: readonly number[],
  otherwise: { readonly nothing: string; readonly advice: string },
): void {
  if (among.length === 0) {
    throw new AppError(
      "invalid_input",
      `Cannot apply the plan as it ${otherwise.nothing}`,
      otherwise.advice,
    );
  }
  const unknown = pick?.find((id) => !among.includes(id));
  if (unknown === undefined) return;
  const known = among.toSorted((a, b) => a - b).join(", ");
  throw new AppError(
    "invalid_input",
    `Cannot pick task ${unknown} as the plan has no such task`,
    `pick among ${known}`,
  );
}

/** The date of something, as a difference has it. */
export function dated(when: When | null): string {
  return when === null ? "not set" : echoOf(when);
}

/**
 * Refuses a plan that does not fit the life any more.
 *
 * @param tool what makes another one
 * @throws AppError `conflict` with a line for every difference
 */
export function refuseDifferences(differences: readonly string[], tool: string): void {
  if (differences.length === 0) return;
  throw new AppError(
    "conflict",
    `Cannot apply the plan as it does not fit any more:\n${listed(differences)}`,
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
