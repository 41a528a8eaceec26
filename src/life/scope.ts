import { type RawBuilder, sql } from "kysely";

export const ROLES = ["reader", "editor"] as const;
export type Role = typeof ROLES[number];

/** A life area that another person shares. */
export interface Share {
  readonly area_id: number;
  /** Whose area it is. */
  readonly owner: string;
  readonly role: Role;
}

/** Who looks at their life, and at what others share with them. */
export interface Viewer {
  readonly user_id: string;
  /** Ids of the only life areas that are seen, also of those that others share; absent, all. */
  readonly areas?: readonly number[] | undefined;
}

/** What a viewer sees. */
export interface Scope extends Viewer {
  /** What others share with them, whether it is seen or not. */
  readonly shares?: readonly Share[] | undefined;
}

/** A part of what is seen, in which the same rule decides: of one's own life, or of the lives of others. */
export interface Part {
  readonly owners: readonly string[];
  /** Ids; absent, all of their lives. */
  readonly areas?: readonly number[] | undefined;
}

/** The shares that are seen. */
export function sharesIn({ areas, shares = [] }: Scope): readonly Share[] {
  return areas ? shares.filter(({ area_id }) => areas.includes(area_id)) : shares;
}

/** One's own part first; the other one where anything is shared. */
export function partsOf(scope: Scope): readonly [Part, ...Part[]] {
  const { user_id, areas } = scope;
  const own: Part = { owners: [user_id], areas };
  const shares = sharesIn(scope);
  if (shares.length === 0) return [own];
  const owners = [...new Set(shares.map(({ owner }) => owner))];
  return [own, { owners, areas: shares.map(({ area_id }) => area_id) }];
}

/** A part of what is seen that is all of one person's. */
export interface Owned extends Part {
  readonly owner: string;
}

/** The parts of what is seen, person by person. */
export function ownersOf(scope: Scope): Owned[] {
  return partsOf(scope).flatMap(({ owners, areas }) =>
    owners.map((owner) => ({ owner, owners: [owner], areas }))
  );
}

/** Everyone of whose life something is seen, oneself first. */
export function peopleOf(scope: Scope): string[] {
  return [...new Set(partsOf(scope).flatMap(({ owners }) => owners))];
}

/** Whether all of one's own life is seen, and nothing else. */
export function isWholeLife(scope: Scope): boolean {
  return scope.areas === undefined && sharesIn(scope).length === 0;
}

/** What distinguishes the answers to one viewer from those to another, while the store is unchanged. */
export function keyOf({ user_id, areas }: Viewer): unknown[] {
  return [user_id, areas ?? null];
}

/** The tables whose rows are in a life area or in none. */
type Placed = "life_areas" | "goals" | "tasks" | "memories";

/** Whether a row of the table belongs to a part. */
export function inPart(table: Placed, { owners, areas }: Part): RawBuilder<boolean> {
  const own = among(sql.ref(`${table}.user_id`), owners);
  return areas === undefined ? own : sql<boolean>`(${own} and ${inAreas(table, areas)})`;
}

/** Whether a row of the table is seen. */
export function seen(table: Placed, scope: Scope): RawBuilder<boolean> {
  const parts = partsOf(scope).map((part) => inPart(table, part));
  return sql<boolean>`(${sql.join(parts, sql` or `)})`;
}

/** Whether a row of the table is one's own, but in none of the areas that are seen. */
export function withheld(table: Placed, { user_id, areas = [] }: Scope): RawBuilder<boolean> {
  const own = among(sql.ref(`${table}.user_id`), [user_id]);
  return sql<boolean>`(${own} and not coalesce(${inAreas(table, areas)}, 1 = 0))`;
}

/**
 * Whether all that a change touched was in these areas, before and after, and is there now: what was
 * moved elsewhere is withheld with its past.
 */
export function isWithin(areas: readonly number[]): RawBuilder<boolean> {
  const [first] = areas;
  if (first === undefined) return sql<boolean>`1 = 0`;
  const list = sql.join(areas);
  return sql<boolean>`(
    exists (select 1 from change_items item where item.change_id = changes.id) and not exists (
      select 1 from change_items item where item.change_id = changes.id and (
        (item."before" is not null and coalesce(item.area_before not in (${list}), 1 = 1)) or
        coalesce(item.area_after not in (${list}), 1 = 1) or not case item.entity
          when 'goal' then exists (
            select 1 from goals where goals.id = cast(item.entity_id as integer)
              and goals.life_area_id in (${list}))
          when 'task' then exists (
            select 1 from tasks join goals on goals.id = tasks.goal_id
            where tasks.id = cast(item.entity_id as integer) and goals.life_area_id in (${list}))
          when 'memory' then exists (
            select 1 from memories where memories.id = cast(item.entity_id as integer)
              and ${inAreas("memories", areas)})
          else item.entity = 'life_area' end)))`;
}

function inAreas(table: Placed, areas: readonly number[]): RawBuilder<boolean> {
  if (table === "life_areas") return among(sql.ref("life_areas.id"), areas);
  if (table === "goals") return among(sql.ref("goals.life_area_id"), areas);
  const goals = sql`select placed.id from goals placed
    where ${among(sql.ref("placed.life_area_id"), areas)}`;
  if (table === "tasks") return sql<boolean>`tasks.goal_id in (${goals})`;
  return sql<boolean>`(memories.goal_id in (${goals}) or memories.task_id in (
    select about.id from tasks about where about.goal_id in (${goals})))`;
}

/** SQL has no empty list. */
function among(
  column: RawBuilder<unknown>,
  values: readonly (string | number)[],
): RawBuilder<boolean> {
  const [first] = values;
  if (first === undefined) return sql<boolean>`1 = 0`;
  if (values.length === 1) return sql<boolean>`${column} = ${first}`;
  return sql<boolean>`${column} in (${sql.join(values)})`;
}
