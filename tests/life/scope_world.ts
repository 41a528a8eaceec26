/** Lives that share areas, and a plain and slow oracle of who sees and may write what of them. */
import type { Principal } from "../../src/permissions.ts";
import type { TestApp } from "../harness.ts";
import { TABLE_OF } from "./history_steps.ts";

export type Table = "life_areas" | "goals" | "tasks" | "memories";
export const TABLES: readonly Table[] = ["life_areas", "goals", "tasks", "memories"];

export interface Row {
  readonly table: Table;
  readonly id: number;
  readonly user_id: string;
  readonly deleted_at: string | null;
  /** The area it belongs to, if any. */
  readonly area: number | null;
  /** All of it, links and tags included. */
  readonly text: string;
}

export interface Share {
  readonly area: number;
  readonly owner: string;
  readonly guest: string;
  readonly role: "reader" | "editor";
}

/** Everything of some people, also what is in the trash. */
export async function rowsOf({ app }: TestApp, people: readonly string[]): Promise<Row[]> {
  const { read } = app.db;
  const own = async (table: Table) =>
    await read.selectFrom(table).selectAll().where("user_id", "in", people).orderBy("id").execute();
  const goals = await read.selectFrom("goals").select(["id", "life_area_id"])
    .where("user_id", "in", people).execute();
  const tasks = await read.selectFrom("tasks").select(["id", "goal_id"])
    .where("user_id", "in", people).execute();
  const tags = await read.selectFrom("task_tags").selectAll().where("user_id", "in", people)
    .orderBy("tag").execute();
  const links = await read.selectFrom("task_dependencies").selectAll()
    .where(
      "task_id",
      "in",
      (eb) => eb.selectFrom("tasks").select("id").where("user_id", "in", people),
    ).orderBy("depends_on_id")
    .execute();
  const areaOf = (table: Table, row: object): number | null => {
    if (table === "life_areas") return Reflect.get(row, "id");
    if (table === "goals") return Reflect.get(row, "life_area_id");
    const task = tasks.find(({ id }) => id === Reflect.get(row, "task_id"));
    const goal = task?.goal_id ?? Reflect.get(row, "goal_id");
    return goals.find(({ id }) => id === goal)?.life_area_id ?? null;
  };
  const rows: Row[] = [];
  for (const table of TABLES) {
    for (const row of await own(table)) {
      const { id, user_id, deleted_at } = row;
      const linked = table === "tasks"
        ? [...tags, ...links].filter(({ task_id }) => task_id === id)
        : [];
      const text = JSON.stringify([{ ...row, embedded: undefined }, linked]);
      rows.push({ table, id, user_id, deleted_at, area: areaOf(table, row), text });
    }
  }
  return rows;
}

/** Whether the principal sees this row, were it not in the trash. */
export function sees({ user_id, areas }: Principal, shares: readonly Share[], row: Row): boolean {
  if (areas !== undefined && (row.area === null || !areas.includes(row.area))) return false;
  return row.user_id === user_id ||
    shares.some(({ area, guest }) => guest === user_id && area === row.area);
}

/** Whether the principal may change this row, or leave it as it is now. */
export function writes(principal: Principal, shares: readonly Share[], row: Row): boolean {
  if (!sees(principal, shares, row)) return false;
  if (row.user_id === principal.user_id) return true;
  const share = shares.find(({ area, guest }) => guest === principal.user_id && area === row.area);
  return share?.role === "editor" && row.table !== "life_areas";
}

/** The rows of which one state has another text than the other, or none. */
export function changedRows(before: readonly Row[], after: readonly Row[]) {
  const keyOf = ({ table, id }: Row) => `${table} ${id}`;
  const old = new Map(before.map((row) => [keyOf(row), row]));
  return after.filter((row) => old.get(keyOf(row))?.text !== row.text)
    .map((row) => ({ was: old.get(keyOf(row)), is: row }));
}

/** Every id that an answer names, and what it names. */
export function idsIn(value: unknown, name = ""): { table: Table; id: number }[] {
  const table = name in NAMED ? NAMED[name as keyof typeof NAMED] : undefined;
  if (typeof value === "number") return table ? [{ table, id: value }] : [];
  if (Array.isArray(value)) return value.flatMap((one) => idsIn(one, name));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    idsIn(member, key === "before" || key === "after" ? name : key)
  );
}

const NAMED = { ...TABLE_OF, next_task_id: "tasks", superseded_by: "memories" } as const;

export async function shareAll({ app }: TestApp, shares: readonly Share[]): Promise<void> {
  for (const { owner, area, guest, role } of shares) {
    await app.life.shares.share(owner, String(area), guest, role);
  }
}

/** Also of areas that are in the trash by now, which no command finds. */
export async function endAll({ app: { db } }: TestApp, shares: readonly Share[]): Promise<void> {
  for (const { owner, area, guest } of shares) {
    await db.write(owner, async (tx) => {
      await tx.deleteFrom("area_shares").where("area_id", "=", area).where("user_id", "=", guest)
        .execute();
    });
  }
}
