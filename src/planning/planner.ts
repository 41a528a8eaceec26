import type { Selectable } from "kysely";
import type { PlanTable } from "../db/schema/plans.ts";
import { AppError } from "../errors.ts";
import type { Actor } from "../life/actor.ts";
import { Elsewhere } from "../life/guests.ts";
import { type Draft, type Receipt, type Store, write } from "../life/journal.ts";
import { isWithin } from "../life/scope.ts";
import type { Applied, Choice } from "./choice.ts";
import { chooseMoves } from "./day/apply.ts";
import { type Asking, decompose, type Decomposed, type Meant } from "./decompose.ts";
import { chooseTasks } from "./goal/apply.ts";
import type { PlanningModel } from "./model.ts";
import { digestOf, isToken, type Plan } from "./plans.ts";

type Kept = Selectable<PlanTable>;

/** Plans on their way into a life. */
export class Planner {
  /**
   * @param model who takes goals apart where the client has no model; absent, nobody
   * @param patience milliseconds for all that one plan takes
   */
  constructor(
    private readonly store: Store,
    private readonly model: PlanningModel | undefined,
    private readonly patience = 45_000,
  ) {}

  /** Counts down the time that one call has for all whom it asks: a client waits for 60 s at most. */
  begin(): () => number {
    const begun = performance.now();
    return () => this.patience - (performance.now() - begun);
  }

  /** Takes a goal apart, as {@linkcode decompose} says. */
  async decompose(actor: Actor, meant: Meant, asking: Asking): Promise<Decomposed> {
    const { store: { db }, model } = this;
    return await decompose({ db, model }, actor, meant, asking);
  }

  /**
   * Applies what was chosen of a plan, all of it or nothing, once.
   *
   * @throws AppError `not_found` for a token that was not given to this caller; `conflict` where the plan
   *   is too old, was applied otherwise, or does not fit the life any more; `invalid_input`
   */
  async apply(actor: Actor, plan_token: string, choice: Choice): Promise<Applied & Receipt> {
    const { earlier, ...applied } = await write<Applied & { earlier?: Applied & Receipt }>(
      this.store,
      actor,
      (draft) => applyOnce(draft, plan_token, choice),
    );
    return earlier === undefined ? applied : { ...earlier, replayed: true };
  }
}

async function applyOnce(draft: Draft, plan_token: string, choice: Choice) {
  const kept = await findPlan(draft, plan_token);
  const plan: Plan = JSON.parse(kept.content);
  const { what, apply } = plan.kind === "goal"
    ? chooseTasks(plan, choice)
    : chooseMoves(plan, choice);
  const text = JSON.stringify(what);
  if (kept.choice !== null) return { tasks: [], earlier: await earlierOf(draft, kept, plan, text) };
  if (kept.expires_at <= draft.now.toISOString()) throw tooOld(plan);
  const applied = await apply(draft, kept.at);
  const change_id = draft.touched.items.length > 0 ? await draft.changeId() : null;
  await draft.tx.updateTable("plans")
    .set({ choice: text, change_id, result: JSON.stringify({ ...applied, change_id }) })
    .where("digest", "=", kept.digest).execute();
  return applied;
}

/** The plan of a token; in the same words for one that nobody was given, and that another was. */
async function findPlan({ tx, viewer, actor }: Draft, plan_token: string): Promise<Kept> {
  const found = isToken(plan_token)
    ? await tx.selectFrom("plans").selectAll().where("digest", "=", digestOf(plan_token))
      .where("user_id", "=", viewer.user_id).where("principal", "=", actor.principal)
      .executeTakeFirst()
    : undefined;
  if (found) return found;
  throw new AppError(
    "not_found",
    "Cannot find a plan of this plan_token among those that were suggested to you",
    "call decompose_goal or plan_day again, and use the plan_token that it answers",
  );
}

/** What was answered when the plan was applied, while that stands and is seen. */
async function earlierOf(
  draft: Draft,
  { choice, change_id, result }: Kept,
  plan: Plan,
  chosen: string,
): Promise<Applied & Receipt> {
  const advice = `to plan on, call ${toolOf(plan)} again`;
  const refused = (why: string) =>
    new AppError("conflict", `Cannot apply the plan as ${why}`, advice);
  const change = change_id === null ? undefined : await changeOf(draft, change_id);
  const withheld = refused(`what change ${change_id} made is withheld now`);
  if (change && change.user_id !== draft.user_id) {
    throw new Elsewhere(withheld, change.user_id, `change ${change_id}`);
  }
  if (change?.isSeen === false) throw withheld;
  if (change?.stands === 0) {
    throw refused(`change ${change_id}, which applied it, was undone by ${change.undone_by}`);
  }
  if (choice !== chosen) throw refused(`change ${change_id} applied it with another choice`);
  return JSON.parse(result ?? "{}");
}

async function changeOf({ tx, actor: { areas } }: Draft, change_id: number) {
  const change = await tx.selectFrom("changes").select(["user_id", "stands", "undone_by"])
    .where("id", "=", change_id).executeTakeFirstOrThrow();
  const seen = areas === undefined ? change : await tx.selectFrom("changes").select("id")
    .where("id", "=", change_id).where(isWithin(areas)).executeTakeFirst();
  return { ...change, isSeen: seen !== undefined };
}

function tooOld(plan: Plan): AppError {
  return new AppError(
    "conflict",
    "Cannot apply the plan as it is older than 24 hours",
    `call ${toolOf(plan)} again`,
  );
}

function toolOf({ kind }: Plan): string {
  return kind === "goal" ? "decompose_goal" : "plan_day";
}
