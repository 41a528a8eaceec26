import type { Tx } from "../db/db.ts";
import type { Attempt } from "./audit.ts";
import type { AuditRow } from "./chain.ts";

/** An attempt, and when it had ended. */
export interface Entry {
  readonly at: Date;
  readonly attempt: Attempt;
}

/** Characters of an address, a rule or a name; of an id. */
const LONGEST = 300;
const LONGEST_ID = 64;

/** The rows that keep these attempts, in their order. */
export async function rowsOf(
  tx: Tx,
  entries: readonly Entry[],
): Promise<AuditRow[]> {
  const known = await knownAmong(tx, entries);
  return entries.map(({ at, attempt }) => {
    const { asker, action, outcome, duration_ms, named } = attempt;
    const meant = named !== undefined && known.has(named.user_id) ? named : attempt;
    return {
      at: at.toISOString(),
      user_id: meant.user_id,
      principal: asker?.id ?? null,
      person: asker?.user_id ?? null,
      client: text(attempt.client, LONGEST),
      address: text(attempt.address, LONGEST_ID),
      action,
      target: text(meant.target, LONGEST),
      outcome,
      reason: text(attempt.reason, LONGEST),
      duration_ms: Math.round(duration_ms * 1000) / 1000,
      request_id: text(attempt.request_id, LONGEST_ID),
    };
  });
}

/** Those of the people named who exist, also in the trash: any other name is a client's text. */
async function knownAmong(tx: Tx, entries: readonly Entry[]): Promise<ReadonlySet<string>> {
  const names = new Set(entries.flatMap(({ attempt: { named } }) => named ? [named.user_id] : []));
  const possible = [...names].filter((name) => text(name, LONGEST_ID) === name);
  if (possible.length === 0) return new Set();
  const rows = await tx.selectFrom("users").select("id").where("id", "in", possible).execute();
  return new Set(rows.map(({ id }) => id));
}

/** A text as both stores take it. */
function text(value: string | null, longest: number): string | null {
  return value === null ? null : value.replaceAll("\0", "").slice(0, longest).toWellFormed();
}
