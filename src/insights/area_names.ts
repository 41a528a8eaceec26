import type { Database } from "../db/db.ts";

/** Adds to goals, of which these are some, the name of the life area that each is in. */
export async function areaNames(
  { read }: Database,
  goals: readonly Placed[],
): Promise<<G extends Placed>(goal: G) => G & { life_area: string | null }> {
  const ids = [
    ...new Set(goals.map(({ life_area_id }) => life_area_id).filter((id) => id !== null)),
  ];
  const rows = ids.length === 0 ? [] : await read.selectFrom("life_areas").select(["id", "name"])
    .where("id", "in", ids).where("deleted_at", "is", null).execute();
  const names = new Map<number | null, string>(rows.map(({ id, name }) => [id, name]));
  return (goal) => ({ ...goal, life_area: names.get(goal.life_area_id) ?? null });
}

interface Placed {
  readonly life_area_id: number | null;
}
