import type { Kysely } from "kysely";
import { AppError } from "../errors.ts";
import type { ColumnTypes } from "./schema.ts";

/** One forward step of the schema. */
export interface Step {
  up(db: Kysely<unknown>, types: ColumnTypes): Promise<void>;
}

/** Every step by name, oldest first; a step is loaded only when it is taken. */
export const STEPS: Readonly<Record<string, () => Promise<Step>>> = {
  "0001_life": () => import("../../migrations/0001_life.ts"),
  "0002_api_keys": () => import("../../migrations/0002_api_keys.ts"),
  "0003_secrets": () => import("../../migrations/0003_secrets.ts"),
  "0004_identities": () => import("../../migrations/0004_identities.ts"),
  "0005_audit": () => import("../../migrations/0005_audit.ts"),
  "0006_narrow_keys_and_shares": () => import("../../migrations/0006_narrow_keys_and_shares.ts"),
  "0007_memories": () => import("../../migrations/0007_memories.ts"),
  "0008_context": () => import("../../migrations/0008_context.ts"),
  "0009_visits": () => import("../../migrations/0009_visits.ts"),
  "0010_korean_terms": () => import("../../migrations/0010_korean_terms.ts"),
  "0011_arabic_terms": () => import("../../migrations/0011_arabic_terms.ts"),
  "0012_moves": () => import("../../migrations/0012_moves.ts"),
  "0013_proposals": () => import("../../migrations/0013_proposals.ts"),
  "0014_plans": () => import("../../migrations/0014_plans.ts"),
  "0015_calendar_events": () => import("../../migrations/0015_calendar_events.ts"),
  "0016_audit_chain": () => import("../../migrations/0016_audit_chain.ts"),
  "0017_backups": () => import("../../migrations/0017_backups.ts"),
  "0018_provenance": () => import("../../migrations/0018_provenance.ts"),
  "0019_audit_head": () => import("../../migrations/0019_audit_head.ts"),
  "0020_births": () => import("../../migrations/0020_births.ts"),
};

export const LATEST = Object.keys(STEPS).at(-1);

/**
 * Whether the store still needs a step.
 *
 * @throws AppError `unavailable` when the store has steps that this binary does not know
 */
export function isBehind(applied: readonly string[], store: string): boolean {
  const unknown = applied.filter((name) => !Object.hasOwn(STEPS, name));
  if (unknown.length > 0) {
    throw new AppError(
      "unavailable",
      `Cannot open ${store} as its schema has ${unknown.join(", ")}, newer than this selfos knows`,
      "install the newer selfos that made it; nothing was changed",
    );
  }
  return applied.length < Object.keys(STEPS).length;
}
