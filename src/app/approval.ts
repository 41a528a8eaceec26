import type { App } from "../app.ts";
import type { Answer } from "../mcp/call.ts";
import type { Level } from "../permissions.ts";

/**
 * Carries a proposal out as whoever proposed it, in the name of the person who approves it as well.
 *
 * @throws AppError `not_found`; `conflict` where it is decided, over, or no longer what was proposed;
 *   whatever the call throws; it then waits on, and nothing is changed
 */
export async function approveProposal(
  { life, engine }: App,
  user_id: string,
  id: number,
  signal: AbortSignal,
): Promise<Answer> {
  const { callTool } = await import("../mcp/call.ts");
  const { silentExchange } = await import("../mcp/exchange.ts");
  const proposal = await life.proposals.pending(user_id, id);
  const { level, principal, client, tool, areas, at: asked_at } = proposal;
  const proposer = {
    ...{ user_id, level: levelOf(level), id: principal },
    ...(areas === null ? {} : { areas: JSON.parse(areas) }),
  };
  const approval = { proposal_id: id, by: user_id, asked_at };
  const args = JSON.parse(proposal.arguments);
  return await callTool(engine, proposer, tool, args, silentExchange(client, signal), approval);
}

/** Only who may act for others as admin does so; a level that is not known is no more than usual. */
function levelOf(level: string): Level {
  return level === "admin" ? level : "read_write";
}
