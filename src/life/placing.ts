import type { Tx } from "../db/db.ts";
import { prepared } from "../db/prepared.ts";
import { AppError, quote } from "../errors.ts";
import type { Actor } from "./actor.ts";
import type { Entity, New, Records } from "./records.ts";

/** The life area that a record belongs to, a task by its goal; null for none. */
export async function areaOf<E extends Entity>(
  tx: Tx,
  record: Records[E] | New<E>,
): Promise<number | null> {
  if ("weight" in record) return "id" in record ? record.id : null;
  if ("life_area_id" in record) return record.life_area_id;
  if (!("goal_id" in record) || record.goal_id === null) return null;
  const [goal] = await areaOfGoal(tx, { id: record.goal_id });
  return goal?.life_area_id ?? null;
}

const areaOfGoal = prepared(
  { id: true },
  (db, { id }: { id: number }) =>
    db.selectFrom("goals").select("life_area_id").where("id", "=", id),
);

/** Whether the actor may touch what is in this area. */
export function isInReach({ areas }: Actor, area: number | null): boolean {
  return areas === undefined || (area !== null && areas.includes(area));
}

/**
 * Refuses to write what is not in the areas that the actor is narrowed to, and the area itself of
 * another.
 *
 * @throws AppError `permission_denied`
 */
export function refuseOutOfReach(
  actor: Actor,
  entity: Entity,
  record: { readonly title?: string; readonly name?: string | null },
  area: number | null,
): void {
  const what = `${entity.replace("_", " ")} ${quote(record.title ?? record.name ?? "")}`;
  if (entity === "life_area" && actor.guest !== undefined) {
    throw new AppError(
      "permission_denied",
      `Cannot change the ${what} as it is that of ${actor.user_id}, who shares what is in it`,
      `ask ${actor.user_id} to change it`,
    );
  }
  if (isInReach(actor, area)) return;
  const areas = actor.areas?.join(", ") || "none";
  throw new AppError(
    "permission_denied",
    actor.guest === undefined
      ? `Cannot write the ${what} as the key is narrowed to the life areas ${areas}`
      : `Cannot write the ${what} as ${actor.user_id} shares only the life areas ${areas} ` +
        `with ${actor.guest} as editor`,
    "put it into one of these life areas: a goal by life_area_id, a task by goal_id",
  );
}
