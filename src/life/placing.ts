import type { Tx } from "../db/db.ts";
import { prepared } from "../db/prepared.ts";
import { Denied } from "../errors.ts";
import type { Actor } from "./actor.ts";
import type { Entity, New, Records } from "./records.ts";

/** The life area that a record belongs to, a task by its goal, a memory by what it is about; null for none. */
export async function areaOf<E extends Entity>(
  tx: Tx,
  record: Records[E] | New<E>,
): Promise<number | null> {
  if ("weight" in record) return "id" in record ? record.id : null;
  if ("life_area_id" in record) return record.life_area_id;
  if (!("goal_id" in record)) return null;
  const { goal_id } = record;
  if (goal_id === null && "task_id" in record && record.task_id !== null) {
    const [goal] = await areaOfTask(tx, { id: record.task_id });
    return goal?.life_area_id ?? null;
  }
  if (goal_id === null) return null;
  const [goal] = await areaOfGoal(tx, { id: goal_id });
  return goal?.life_area_id ?? null;
}

const areaOfTask = prepared(
  { id: true },
  (db, { id }: { id: number }) =>
    db.selectFrom("tasks").innerJoin("goals", "goals.id", "tasks.goal_id")
      .select("goals.life_area_id").where("tasks.id", "=", id),
);

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
 * another. What is refused is not named: it may be withheld.
 *
 * @throws Denied
 */
export function refuseOutOfReach(actor: Actor, entity: Entity, area: number | null): void {
  if (entity === "life_area" && actor.guest !== undefined) {
    throw new Denied(
      `it is that of ${actor.user_id}, who shares what is in it`,
      `change life area ${area}`,
      `ask ${actor.user_id} to change it`,
    );
  }
  if (isInReach(actor, area)) return;
  throw new Denied(
    boundsOf(actor),
    `write a ${entity.replace("_", " ")} there`,
    entity === "life_area"
      ? "ask for a key that is not narrowed to life areas"
      : "put it into one of these life areas: a goal by life_area_id, a task or memory by goal_id",
  );
}

/**
 * Refuses to write an item where that would change another one with it that is withheld.
 *
 * @param item as it is called in a refusal: `goal 5`
 * @throws Denied
 */
export async function refuseWithheld(
  { tx, actor }: { readonly tx: Tx; readonly actor: Actor },
  item: string,
  belonging: Records["goal" | "task"],
): Promise<void> {
  if (isInReach(actor, await areaOf(tx, belonging))) return;
  throw beyondReach(actor, `write ${item} with what belongs to it and is withheld`);
}

/** The refusal to take an item from where it belongs, which the actor does not see. */
export function cannotMove({ actor }: { readonly actor: Actor }, item: string): Denied {
  return beyondReach(actor, `move ${item} from what it belongs to and is withheld`);
}

/** The refusal of what concerns something that the actor does not see. */
function beyondReach(actor: Actor, attempt: string): Denied {
  return new Denied(
    boundsOf(actor),
    attempt,
    actor.guest === undefined
      ? "ask for a key that is not narrowed to life areas"
      : `ask ${actor.user_id} to do it`,
  );
}

/** Which areas an actor is bound to, and by what. */
function boundsOf({ areas, guest, user_id }: Actor): string {
  const named = areas?.join(", ") || "none";
  return guest === undefined
    ? `the key is narrowed to the life areas ${named}`
    : `${user_id} shares only the life areas ${named} with ${guest} as editor`;
}
