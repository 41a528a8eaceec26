import { sql } from "kysely";
import { chunksOf } from "../../db/chunks.ts";
import type { Database } from "../../db/db.ts";
import { instantOf, isDay, type When } from "../../life/dates.ts";
import { UNDO } from "../../life/history/choice.ts";
import { inPart, partsOf } from "../../life/scope.ts";
import { type Look, type Section, sectionIn } from "./section.ts";

/** A task whose due date was changed; the two are those before the first change and after the last. */
export interface MovedTask {
  readonly id: number;
  readonly title: string;
  readonly from: When | null;
  readonly to: When | null;
}

interface Move {
  readonly from: When | null;
  readonly to: When | null;
  /** Whether it took place where it is seen. */
  readonly isInReach: boolean;
}

/** So many ids fit in one statement, on every store. */
const PART = 1000;

/**
 * The tasks that changes of the span moved to another due date, as far as these still stand: what was
 * undone was never moved, and an undo moves nothing. Neither does the person who moves to another time
 * zone, with whom times of day get another clock.
 */
export async function movedTasks(look: Look): Promise<Section<MovedTask>> {
  const { db, scope } = look;
  const moves = new Map([...await movesOf(look)].filter(([, { isInReach }]) => isInReach));
  const [own] = partsOf(scope);
  const moved: MovedTask[] = [];
  for (const ids of chunksOf([...moves.keys()], PART)) {
    const tasks = await db.read.selectFrom("tasks").select(["id", "title"])
      .where(inPart("tasks", own)).where("deleted_at", "is", null)
      .where("id", "in", ids).execute();
    for (const { id, title } of tasks) {
      const { from = null, to = null } = moves.get(id) ?? {};
      moved.push({ id, title, from, to });
    }
  }
  return sectionIn(moved.sort(byNewDate));
}

/** The due dates in the images of a task before and after a change. */
export function dueDatesOf(db: Database) {
  const before = db.textIn(sql.ref("item.before"), "due_date");
  const after = db.textIn(sql.ref("item.after"), "due_date");
  return { from: before, to: after, differ: sql<boolean>`${before} is distinct from ${after}` };
}

/** What has no date any more comes last. */
function byNewDate(a: MovedTask, b: MovedTask): number {
  const [first, second] = [a.to ?? "~", b.to ?? "~"];
  if (first === second) return a.id - b.id;
  return first < second ? -1 : 1;
}

async function movesOf({ db, scope, start, end }: Look): Promise<Map<number, Move>> {
  const { user_id, areas } = scope;
  const due = dueDatesOf(db);
  const rows = await db.read.selectFrom("changes")
    .innerJoin("change_items as item", "item.change_id", "changes.id")
    .select(["item.entity_id", "item.area_before", "item.area_after"])
    .select([due.from.as("from"), due.to.as("to")])
    .where("user_id", "=", user_id).where("at", ">=", start).where("at", "<", end)
    .where("moves_due", "=", sql.lit(1)).where("stands", "=", 1).where("tool", "<>", UNDO)
    .where("item.entity", "=", "task").where("item.before", "is not", null).where(due.differ)
    .orderBy("changes.id").orderBy("item.seq").execute();
  const isOpen = (area: number | null) =>
    areas === undefined || (area !== null && areas.includes(area));
  const moves = new Map<number, Move>();
  for (const { entity_id, from, to, area_before, area_after } of rows) {
    if (isSame(from, to)) continue;
    const earlier = moves.get(Number(entity_id));
    const isInReach = isOpen(area_before) && isOpen(area_after) && earlier?.isInReach !== false;
    moves.set(Number(entity_id), { from: earlier ? earlier.from : from, to, isInReach });
  }
  return new Map([...moves].filter(([, { from, to }]) => !isSame(from, to)));
}

/** Whether two due dates mean the same, by whatever clock. */
function isSame(a: When | null, b: When | null): boolean {
  if (a === b) return true;
  if (a === null || b === null || isDay(a) || isDay(b)) return false;
  return instantOf(a, "UTC") === instantOf(b, "UTC");
}
