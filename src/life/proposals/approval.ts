import type { Tx } from "../../db/db.ts";
import { AppError } from "../../errors.ts";
import { listed } from "../listed.ts";
import { proposedItems, type Written } from "./items.ts";
import { differences, MOST_LINES } from "./lines.ts";
import { type Approval, decidedMeanwhile, itemsIn } from "./proposal.ts";

/**
 * Marks a proposal as approved, within the transaction that carries it out.
 *
 * @param written what that has written
 * @throws AppError `conflict` where that is not what was proposed, or somebody else has decided
 */
export async function approve(
  tx: Tx,
  { proposal_id }: Approval,
  written: readonly Written[],
  change_id: number | null,
  at: string,
): Promise<void> {
  const decided = { status: "approved", decided_at: at, change_id };
  const [proposal] = await tx.updateTable("proposals").set(decided)
    .where("id", "=", proposal_id).where("status", "=", "pending").returning("items").execute();
  if (proposal === undefined) {
    throw decidedMeanwhile(proposal_id, "approve");
  }
  const lines = differences(itemsIn(proposal.items), proposedItems(written));
  if (lines.length === 0) return;
  throw new AppError(
    "conflict",
    `Cannot approve proposal ${proposal_id} as things have changed since:\n${
      listed(lines, MOST_LINES)
    }`,
    `selfos proposals reject ${proposal_id} --reason "things have changed", and have it proposed anew`,
  );
}
