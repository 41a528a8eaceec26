import type { RawBuilder } from "kysely";
import type { Tx } from "../db/db.ts";
import { recordOf, type Records, type TaskRecord } from "../life/records.ts";
import { inPart } from "../life/scope.ts";
import { type Kind, KINDS, OWN } from "./document.ts";
import { type Born, namesOf } from "./uids.ts";

/** Where an item came from. */
export interface Origin {
  readonly entity_id: number;
  readonly source: string;
  readonly external_id: string;
  /** The columns as they were imported, where they are known. */
  readonly imported: Readonly<Record<string, unknown>> | undefined;
  /** Whether what brought it was undone. */
  readonly undone: boolean;
  /** Whether it was here before under a name of its own. */
  readonly alias: boolean;
}

/** What a store holds of one person, oldest first. */
export interface Held {
  readonly user: Records["user"];
  readonly life_area: readonly Records["life_area"][];
  readonly goal: readonly Records["goal"][];
  readonly task: readonly Records["task"][];
  readonly memory: readonly Records["memory"][];
  originsOf(kind: Kind, id: number): readonly Origin[];
  /** The lasting name of an item. */
  uidOf(kind: Kind, item: Born): string;
  /** All names by which exports may know an item. */
  uidsOf(kind: Kind, item: Born): string[];
}

type Read = Pick<Tx, "selectFrom">;

/** Which of it is looked at. */
export interface Extent {
  readonly user_id: string;
  /** Ids of the only life areas; absent, all. */
  readonly areas?: readonly number[] | undefined;
  /** Whether what is in the trash counts. */
  readonly trash: boolean;
}

/** Reads a life, or what of it is in some life areas. */
export async function readHeld(read: Read, extent: Extent): Promise<Held> {
  const { user_id, areas, trash } = extent;
  const where = (table: "life_areas" | "goals" | "tasks" | "memories"): RawBuilder<boolean> =>
    inPart(table, { owners: [user_id], areas });
  const user = await read.selectFrom("users").selectAll().where("id", "=", user_id)
    .executeTakeFirstOrThrow();
  const life_area = await read.selectFrom("life_areas").selectAll().where(where("life_areas"))
    .orderBy("id").execute();
  const goals = await read.selectFrom("goals").selectAll().where(where("goals"))
    .orderBy("id").execute();
  const memories = await read.selectFrom("memories").selectAll().where(where("memories"))
    .orderBy("id").execute();
  const task = await readTasks(read, user_id, where("tasks"));
  const origins = await readOrigins(read, user_id);
  const nameOf = await namesOf(read, user_id);
  const isThere = ({ deleted_at }: { deleted_at: string | null }) => trash || deleted_at === null;
  const originsOf = (kind: Kind, id: number) => origins.get(`${kind} ${id}`) ?? [];
  const ownOf = (kind: Kind, id: number) =>
    originsOf(kind, id).filter(({ source }) => source === OWN);
  return {
    user,
    life_area: life_area.filter(isThere),
    goal: goals.map(recordOf.goal).filter(isThere),
    task: task.filter(isThere),
    memory: memories.map(recordOf.memory).filter(isThere),
    originsOf,
    uidOf: (kind, item) =>
      ownOf(kind, item.id).find(({ alias }) => !alias)?.external_id ?? nameOf(kind, item),
    uidsOf: (kind, item) => [
      ...ownOf(kind, item.id).map(({ external_id }) => external_id),
      nameOf(kind, item),
    ],
  };
}

async function readTasks(
  read: Read,
  user_id: string,
  where: RawBuilder<boolean>,
): Promise<TaskRecord[]> {
  const rows = await read.selectFrom("tasks").selectAll().where(where).orderBy("id").execute();
  const tags = Map.groupBy(
    await read.selectFrom("task_tags").select(["task_id", "tag"])
      .where("user_id", "=", user_id).execute(),
    ({ task_id }) => task_id,
  );
  const links = Map.groupBy(
    await read.selectFrom("task_dependencies")
      .innerJoin("tasks", "tasks.id", "task_dependencies.task_id")
      .select(["task_id", "depends_on_id"]).where("tasks.user_id", "=", user_id)
      .orderBy("depends_on_id").execute(),
    ({ task_id }) => task_id,
  );
  return rows.map((row) => ({
    ...recordOf.task(row),
    tags: (tags.get(row.id) ?? []).map(({ tag }) => tag).sort(),
    depends_on: (links.get(row.id) ?? []).map(({ depends_on_id }) => depends_on_id),
  }));
}

async function readOrigins(read: Read, user_id: string): Promise<Map<string, Origin[]>> {
  const rows = await read.selectFrom("origins")
    .leftJoin("changes", "changes.id", "origins.change_id")
    .select(["entity", "entity_id", "source", "external_id", "imported", "stands"])
    .where("origins.user_id", "=", user_id)
    .orderBy("source").orderBy("external_id").execute();
  const origins = new Map<string, Origin[]>();
  for (const { entity, imported, stands, ...row } of rows) {
    if (!KINDS.some((kind) => kind === entity)) continue;
    const key = `${entity} ${row.entity_id}`;
    const said = imported === null ? undefined : JSON.parse(imported);
    const alias = said?.alias === true;
    const origin: Origin = { ...row, imported: said, undone: stands === 0, alias };
    origins.set(key, [...origins.get(key) ?? [], origin]);
  }
  return origins;
}
