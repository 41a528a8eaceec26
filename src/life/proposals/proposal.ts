import type { Selectable } from "kysely";
import type { Schema } from "../../db/schema.ts";
import { AppError } from "../../errors.ts";
import type { ProposedItem } from "./items.ts";
import { type Glimpse, linesOf } from "./lines.ts";

export const PROPOSAL_STATUSES = ["pending", "approved", "rejected", "expired"] as const;
export type ProposalStatus = typeof PROPOSAL_STATUSES[number];

/** A call of a writing tool that waits, or waited, for a person's decision. */
export interface Proposal {
  id: number;
  status: ProposalStatus;
  client: string;
  principal: string;
  tool: string;
  at: string;
  expires_at: string;
  decided_at: string | null;
  /** Why it was rejected. */
  reason: string | null;
  /** The change that approving it made. */
  change_id: number | null;
  /** What it would change, a line for each record. */
  diff: string[];
}

/** A proposal with all that it would change. */
export interface WholeProposal extends Proposal {
  items: readonly ProposedItem[];
}

/** A proposal that a person has approved, and that is carried out. */
export interface Approval {
  readonly proposal_id: number;
  /** The person. */
  readonly by: string;
  /** When it was proposed: what "tomorrow" meant goes by that. */
  readonly asked_at: string;
}

/** A proposal as the store has it. */
export type ProposalRow = Selectable<Schema["proposals"]>;

/**
 * A proposal as it is shown at this time.
 *
 * @param glimpse what of it is shown
 */
export function viewOf(
  row: Omit<ProposalRow, "items" | "arguments">,
  { items, count }: Glimpse,
  now: string,
): Proposal {
  const { id, client, principal, tool, at, expires_at, decided_at, reason, change_id } = row;
  return {
    ...{ id, status: statusOf(row, now), client, principal, tool, at, expires_at },
    ...{ decided_at, reason, change_id, diff: linesOf(items, count - items.length) },
  };
}

/** What the store has of the records that a proposal would change. */
export function itemsIn(json: string): ProposedItem[] {
  return JSON.parse(json);
}

/** The beginning of that. */
export function glimpseIn(json: string): Glimpse {
  return JSON.parse(json);
}

/**
 * Refuses to decide on what is decided or over.
 *
 * @throws AppError `conflict`
 */
export function refuseDecided(
  row: Pick<ProposalRow, "id" | "status" | "at" | "expires_at" | "decided_at" | "change_id">,
  attempt: string,
  now: string,
): void {
  const status = statusOf(row, now);
  if (status === "pending") return;
  const when = status === "expired" ? row.expires_at : row.decided_at ?? row.at;
  throw new AppError(
    "conflict",
    `Cannot ${attempt} proposal ${row.id} as it ${WORDS[status]} on ${
      when.slice(0, 16).replace("T", " ")
    } UTC`,
    status === "approved" ? `selfos undo ${row.change_id}` : "have it proposed anew",
  );
}

/** The refusal of a decision that comes after another. */
export function decidedMeanwhile(id: number, attempt: string): AppError {
  return new AppError(
    "conflict",
    `Cannot ${attempt} proposal ${id} as it was decided meanwhile`,
    `selfos proposals show ${id}`,
  );
}

const WORDS = { approved: "was approved", rejected: "was rejected", expired: "expired" } as const;

function statusOf(
  { status, expires_at }: Pick<ProposalRow, "status" | "expires_at">,
  now: string,
): ProposalStatus {
  if (status === "approved" || status === "rejected") return status;
  return expires_at <= now ? "expired" : "pending";
}
