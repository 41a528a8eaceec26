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
  const { area = null, goal, task } = placeOf(record);
  if (goal !== undefined) {
    const [found] = await areaOfGoal(tx, { id: goal });
    return found?.life_area_id ?? null;
  }
  if (task === undefined) return area;
  const [found] = await areaOfTask(tx, { id: task });
  return found?.life_area_id ?? null;
}

/** As {@linkcode areaOf} for many records, in their order. */
export async function areasOf<E extends Entity>(
  tx: Tx,
  records: readonly (Records[E] | New<E>)[],
): Promise<(number | null)[]> {
  const places = records.map((record) => placeOf(record));
  const goals = places.flatMap(({ goal }) => goal ?? []);
  const tasks = places.flatMap(({ task }) => task ?? []);
  const ofGoals = goals.length === 0 ? [] : await tx.selectFrom("goals")
    .select(["id", "life_area_id"]).where("id", "in", [...new Set(goals)]).execute();
  const ofTasks = tasks.length === 0 ? [] : await tx.selectFrom("tasks")
    .innerJoin("goals", "goals.id", "tasks.goal_id").select(["tasks.id", "goals.life_area_id"])
    .where("tasks.id", "in", [...new Set(tasks)]).execute();
  const byGoal = new Map(ofGoals.map(({ id, life_area_id }) => [id, life_area_id]));
  const byTask = new Map(ofTasks.map(({ id, life_area_id }) => [id, life_area_id]));
  return places.map(({ area = null, goal, task }) => {
    if (goal !== undefined) return byGoal.get(goal) ?? null;
    return task === undefined ? area : byTask.get(task) ?? null;
  });
}

/** A life area, or what has the record's own: a goal, or a task. */
interface Place {
  readonly area?: number | null;
  readonly goal?: number;
  readonly task?: number;
}

function placeOf<E extends Entity>(record: Records[E] | New<E>): Place {
  if ("weight" in record) return "id" in record ? { area: record.id } : {};
  if ("life_area_id" in record) return { area: record.life_area_id };
  if (!("goal_id" in record)) return {};
  const { goal_id } = record;
  if (goal_id !== null) return { goal: goal_id };
  return "task_id" in record && record.task_id !== null ? { task: record.task_id } : {};
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
