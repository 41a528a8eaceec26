import type { Taints } from "../auth/taint.ts";
import type { Actor } from "../life/actor.ts";
import type { Life } from "../life/life.ts";
import { Rehearsed } from "../life/proposals/rehearsed.ts";
import type { Call } from "../mcp/define.ts";
import type { Proposed } from "../mcp/proposed.ts";
import { digestOf } from "../planning/plans.ts";

/** Where proposals are kept, and what tells which principals only propose. */
export interface Proposing {
  readonly life: Life;
  readonly taints: Taints;
}

/**
 * Runs a call that may write. Where its principal only proposes, what it writes is taken back and kept
 * for a person to decide on.
 *
 * @param args of the call, as they were given
 */
export async function write(
  { life: { proposals }, taints }: Proposing,
  call: Call,
  args: object,
  run: (call: Call) => Promise<object>,
): Promise<Proposed | { readonly answer: object }> {
  const { principal } = call;
  const proposes = principal.level === "propose" || await taints.has(principal);
  if (!proposes && principal.taint === undefined) return { answer: await run(call) };
  // It is for the person of the credential to decide, whoever's life is meant.
  const actor = { ...actorOf(call), user_id: principal.user_id };
  const repeat = call.repeat && { ...call.repeat, person: call.user_id };
  const earlier = await proposals.repeated(actor, repeat);
  if (earlier) return { proposal: earlier, replayed: true };
  if (!proposes) return { answer: await run(call) };
  try {
    return { answer: await run({ ...call, proposes: true }) };
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
    const level = principal.level === "propose" ? "read_write" : principal.level;
    const plan = "plan_token" in args ? digestOf(String(args.plan_token)) : null;
    return await proposals.propose(actor, { arguments: args, level, repeat, plan }, error);
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
