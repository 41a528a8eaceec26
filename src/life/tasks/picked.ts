import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../db/db.ts";
import { brief } from "../fields.ts";
import { type Scope, seen } from "../scope.ts";
import { hidingTasks } from "../unseen.ts";
import { linksIn, withLinks } from "./list.ts";
import { type Task, taskView } from "./task.ts";

/** The first of some tasks, as lists show them, and how many there are in all. */
export interface PickedTasks {
  tasks: Task[];
  total: number;
}

/** Which tasks are meant, in which order, and how many of them are shown. */
export interface Picking {
  readonly where: RawBuilder<boolean>;
  /** By due date unless told. */
  readonly order?: RawBuilder<unknown>;
  readonly limit: number;
}

/** Tasks that are seen and outside the trash. */
export async function pickTasks(
  { read }: Database,
  scope: Scope,
  { where, order = BY_DUE_DATE, limit }: Picking,
): Promise<PickedTasks> {
  const found = read.selectFrom("tasks").where(seen("tasks", scope))
    .where("tasks.deleted_at", "is", null).where(where);
  const rows = await withLinks(found).orderBy(order).limit(limit).execute();
  const { count } = await found.select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const views = rows.map((row) =>
    taskView({ ...row, description: brief(row.description) }, linksIn(row), scope)
  );
  return { tasks: views.map(await hidingTasks(read, views, scope)), total: count };
}

const BY_DUE_DATE = sql`tasks.due_sort, tasks.priority, tasks.id`;
