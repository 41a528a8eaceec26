import type { Proposal } from "../life/proposals/proposal.ts";
import type { Answer } from "./call.ts";

/** What became of a call that only proposes. */
export interface Proposed {
  readonly proposal: Proposal;
  /** The proposal is that of an identical earlier call. */
  readonly replayed?: true;
}

/** The answer that tells a client what it has proposed. */
export function proposedAnswer({ proposal, replayed }: Proposed): Answer {
  const { id: proposal_id, status, expires_at, diff } = proposal;
  const output = { proposal_id, status, expires_at, diff, ...(replayed ? { replayed } : {}) };
  const lines = [
    status === "pending"
      ? `Nothing is changed yet: this is proposal ${proposal_id}, for the person to approve or reject ` +
        `until ${expires_at}.`
      : `This was proposal ${proposal_id}: it is ${status}.`,
    ...diff,
    "list_proposals tells what became of it.",
  ];
  return { output, text: lines.join("\n") };
}
