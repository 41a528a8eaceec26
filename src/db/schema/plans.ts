import type { Generated } from "kysely";
import type { Timestamps } from "../schema.ts";

/** A call of a writing tool that waits for a person's decision. */
export interface ProposalTable {
  id: Generated<number>;
  /** Whose proposal it is to decide: the person of the credential. */
  user_id: string;
  /** Whose life it would change. */
  owner: string;
  /** `pending`, `approved` or `rejected`; a pending one is over at its end. */
  status: string;
  principal: string;
  /** At which the call runs once it is approved. */
  level: string;
  client: string;
  tool: string;
  /** The arguments as JSON. */
  arguments: string;
  /** The life areas that the credential is narrowed to, as a JSON list. */
  areas: string | null;
  /** The digest of the plan that it is to apply. */
  plan: string | null;
  /** What it would change, as a JSON list. */
  items: string;
  /** The beginning of that as JSON, short enough for a list. */
  glimpse: string;
  /** The idempotency key of the call. */
  repeat_key: string | null;
  fingerprint: string;
  at: string;
  expires_at: string;
  decided_at: string | null;
  /** Why it was rejected. */
  reason: string | null;
  /** The change that approving it made. */
  change_id: number | null;
}

/** What was suggested to a client, which may have it applied. */
export interface PlanTable {
  /** SHA-256 of the token in hex; the token itself is nowhere. */
  digest: string;
  user_id: string;
  /** Whose life it is about. */
  owner: string;
  principal: string;
  /** The plan as JSON. */
  content: string;
  at: string;
  /** From then on it is applied no more. */
  expires_at: string;
  /** What of it was applied, as JSON, with the change that did and what was answered; null until then. */
  choice: string | null;
  change_id: number | null;
  result: string | null;
}

/** What a calendar says of a person's time. */
export interface CalendarEventTable extends Timestamps {
  id: Generated<number>;
  user_id: string;
  /** The name of the calendar that it comes from. */
  calendar: string;
  /** The event's name for itself there; all occurrences of a series have one. */
  uid: string;
  title: string;
  /** Instants in UTC, or days, of which the last is not included. */
  starts: string;
  ends: string;
  /** 1 where it takes the person's time. */
  busy: number;
}
