import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { Database } from "../../db/db.ts";
import type { Schema } from "../../db/schema.ts";
import { brief } from "../fields.ts";
import { countSome, type Page, type PageInfo, readPage, wordPatterns } from "../paging.ts";
import { requireSeen } from "../references.ts";
import { inPart, type Part, partsOf, type Scope, withheld } from "../scope.ts";
import { fold } from "../terms.ts";
import { hidingParents } from "../unseen.ts";
import { type Goal, type GoalStatus, progressOf, view } from "./goal.ts";

export interface GoalFilter extends Page {
  status?: GoalStatus | undefined;
  life_area_id?: number | undefined;
  query?: string | undefined;
  /** The only goals that count. */
  ids?: readonly number[] | undefined;
}

/** Open goals first, nearest target date first. */
export async function listGoals(
  db: Database,
  scope: Scope,
  filter: GoalFilter,
): Promise<{ goals: Goal[] } & PageInfo> {
  const { status, life_area_id } = filter;
  if (life_area_id !== undefined) await requireSeen(db, "life_area", life_area_id, scope);
  const found = (where: RawBuilder<boolean>) =>
    db.read.selectFrom("goals").where(where).where("deleted_at", "is", null);
  const shown = (part: Part) => filtered(found(inPart("goals", part)), filter).selectAll();
  const [own, ...others] = partsOf(scope);
  const columns = status
    ? ["target_sort", "id"] as const
    : ["closed", "target_sort", "id"] as const;
  const { rows, info } = await readPage(
    db,
    [shown(own), ...others.map(shown)],
    { columns, direction: "asc" },
    filter,
  );
  const progress = await progressOf(db.read, rows.map(({ id }) => id), scope);
  const hide = await hidingParents(db.read, rows, scope);
  const goals = rows.map((row) =>
    hide(view({ ...row, description: brief(row.description) }, scope, progress.get(row.id)))
  );
  if (scope.areas === undefined) return { goals, ...info };
  return { goals, ...info, withheld: await countSome(db, found(withheld("goals", scope))) };
}

/** Whose goals a list has on all its pages, and which. */
export async function listedGoals(
  db: Database,
  scope: Scope,
  filter: GoalFilter,
): Promise<{ id: number; user_id: string }[]> {
  const listed = [];
  for (const part of partsOf(scope)) {
    const found = db.read.selectFrom("goals").where(inPart("goals", part))
      .where("deleted_at", "is", null);
    listed.push(...await filtered(found, filter).select(["id", "user_id"]).execute());
  }
  return listed;
}

function filtered(
  matching: SelectQueryBuilder<Schema, "goals", object>,
  { status, life_area_id, query, ids }: GoalFilter,
) {
  let narrower = ids === undefined ? matching : matching.where("id", "in", ids);
  if (status) narrower = narrower.where("status", "=", status);
  if (life_area_id !== undefined) narrower = narrower.where("life_area_id", "=", life_area_id);
  for (const pattern of wordPatterns(fold(query ?? ""))) {
    narrower = narrower.where(sql<boolean>`words like ${pattern} escape '\\'`);
  }
  return narrower;
}
