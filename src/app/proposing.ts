import type { Actor } from "../life/actor.ts";
import type { Life } from "../life/life.ts";
import { Rehearsed } from "../life/proposals/rehearsed.ts";
import type { Call } from "../mcp/define.ts";
import type { Proposed } from "../mcp/proposed.ts";

/** Runs a call whose writes are taken back, and keeps them as a proposal. */
export async function propose(
  { proposals }: Life,
  call: Call,
  args: object,
  run: (call: Call) => Promise<object>,
): Promise<Proposed | { readonly answer: object }> {
  const { repeat, principal, ...rest } = call;
  // It is for the person of the credential to decide, whoever's life is meant.
  const actor = { ...actorOf(call), user_id: principal.user_id };
  const earlier = await proposals.repeated(actor, repeat);
  if (earlier) return { proposal: earlier, replayed: true };
  try {
    return { answer: await run({ ...rest, principal, proposes: true }) };
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
    const level = principal.level === "propose" ? "read_write" : principal.level;
    const proposed = { arguments: args, level, repeat };
    return { proposal: await proposals.propose(actor, proposed, error) };
  }
}

/** On whose behalf and by whom a call acts. */
export function actorOf(
  { user_id, principal, client, tool, repeat, proposes, approval }: Call,
): Actor {
  return {
    user_id,
    areas: principal.areas,
    principal: principal.id,
    client,
    tool,
    ...(repeat ? { repeat } : {}),
    ...(proposes ? { proposes } : {}),
    ...(approval ? { approval } : {}),
  };
}
