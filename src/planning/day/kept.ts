import type { Database } from "../../db/db.ts";
import type { KeptMove, Move } from "./plan.ts";

/** The moves with what they rest on, so that it is seen when that has changed. */
export async function keptMoves(
  { read }: Database,
  moves: readonly Move[],
): Promise<KeptMove[]> {
  const ids = moves.map(({ task_id }) => task_id);
  if (ids.length === 0) return [];
  const rows = await read.selectFrom("tasks").leftJoin("goals", "goals.id", "tasks.goal_id")
    .select([
      "tasks.id",
      "tasks.estimated_duration",
      "goals.status as goal_status",
      "goals.target_date",
    ])
    .where("tasks.id", "in", ids).execute();
  const links = await read.selectFrom("task_dependencies as link")
    .innerJoin("tasks as other", "other.id", "link.depends_on_id")
    .select(["link.task_id", "link.depends_on_id"]).where("link.task_id", "in", ids)
    .where("other.deleted_at", "is", null).where("other.status", "<>", "completed").execute();
  const facts = new Map(rows.map((row) => [row.id, row]));
  return moves.map(({ task_id, title, from, to }) => {
    const fact = facts.get(task_id);
    return {
      ...{ task_id, title, from, to },
      estimated_duration: fact?.estimated_duration ?? null,
      goal_rests: (fact?.goal_status ?? "active") !== "active",
      goal_target: fact?.target_date ?? null,
      depends_on: links.filter((link) => link.task_id === task_id)
        .map(({ depends_on_id }) => depends_on_id),
    };
  });
}
