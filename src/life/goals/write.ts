import { definedOf } from "../fields.ts";
import type { Draft } from "../journal.ts";
import { cannotMove } from "../placing.ts";
import type { GoalRecord } from "../records.ts";
import { findOwn, refuseNestingCycle } from "../references.ts";
import { hidingParents, shownAmong } from "../unseen.ts";
import { readWhen } from "../words.ts";
import { type Goal, type GoalStatus, progressOf, view } from "./goal.ts";

export interface GoalInput {
  title?: string | undefined;
  description?: string | null | undefined;
  status?: GoalStatus | undefined;
  target_date?: string | null | undefined;
  life_area_id?: number | null | undefined;
  parent_goal_id?: number | null | undefined;
}

/** Creates a goal within a change. @throws AppError for unreadable dates and unknown ids */
export async function insertGoal(
  draft: Draft,
  input: GoalInput & { title: string },
): Promise<GoalRecord> {
  const fields = await resolveFields(draft, input);
  return await draft.insert("goal", { ...blank(draft), ...fields, title: input.title });
}

/** Changes a goal within a change. @throws AppError for unreadable dates, unknown ids and cycles */
export async function changeGoal(
  draft: Draft,
  before: GoalRecord,
  input: GoalInput,
): Promise<GoalRecord> {
  const fields = await resolveFields(draft, input, before);
  await refuseNestingCycle(draft, "goal", before.id, fields.parent_goal_id ?? null);
  if (fields.status !== undefined && fields.status !== before.status) {
    if (fields.status === "completed") fields.completed_at = draft.at;
    else if (fields.status !== "archived") fields.completed_at = null;
  }
  return await draft.update("goal", before, fields);
}

/** A goal as whoever changes it sees it. */
export async function shownGoal(draft: Draft, record: GoalRecord): Promise<Goal> {
  const { tx, actor, viewer } = draft;
  const progress = await progressOf(tx, [record.id], actor);
  const hide = await hidingParents(tx, [record], actor);
  return hide(view(record, viewer, progress.get(record.id)));
}

async function resolveFields(
  draft: Draft,
  input: GoalInput,
  before?: GoalRecord,
): Promise<Partial<GoalRecord>> {
  const { target_date, ...given } = input;
  const fields: Partial<GoalRecord> = definedOf(given);
  if (target_date === null) fields.target_date = null;
  if (typeof target_date === "string") {
    fields.target_date = await readWhen(draft, "target_date", target_date);
  }
  if (fields.life_area_id) await findOwn(draft, "life_area", fields.life_area_id, "life_area_id");
  if (fields.parent_goal_id) await findOwn(draft, "goal", fields.parent_goal_id, "parent_goal_id");
  if (fields.parent_goal_id !== undefined && before) {
    const isShown = await shownAmong(draft.tx, "goals", [before.parent_goal_id], draft.actor);
    if (!isShown(before.parent_goal_id)) {
      if (fields.parent_goal_id !== null) throw cannotMove(draft, `goal ${before.id}`);
      delete fields.parent_goal_id;
    }
  }
  return fields;
}

function blank({ user_id, at }: Draft): Omit<GoalRecord, "id"> {
  return {
    user_id,
    title: "",
    description: null,
    status: "active",
    target_date: null,
    life_area_id: null,
    parent_goal_id: null,
    completed_at: null,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  };
}
