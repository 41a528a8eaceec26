import { sql } from "kysely";
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

/** A task that was moved, where it is not seen, or was not when it was moved. */
export interface UnseenMove {
  readonly id: number;
  readonly closed: number;
  readonly due_sort: string;
  readonly completed_at: string | null;
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
export async function movedTasks(
  look: Look,
): Promise<{ moved: Section<MovedTask>; unseen: UnseenMove[] }> {
  const { db, scope } = look;
  const moves = await movesOf(look);
  const [own] = partsOf(scope);
  const ids = [...moves.keys()];
  const moved: MovedTask[] = [];
  const unseen: UnseenMove[] = [];
  for (let start = 0; start < ids.length; start += PART) {
    const tasks = await db.read.selectFrom("tasks")
      .select(["id", "title", "closed", "due_sort", "completed_at"])
      .select(sql<number>`case when ${inPart("tasks", own)} then 1 else 0 end`.as("seen"))
      .where("id", "in", ids.slice(start, start + PART)).where("deleted_at", "is", null).execute();
    for (const { id, title, seen, ...task } of tasks) {
      const move = moves.get(id);
      if (move === undefined) continue;
      if (seen === 1 && move.isInReach) moved.push({ id, title, from: move.from, to: move.to });
      else unseen.push({ id, ...task });
    }
  }
  return { moved: sectionIn(moved.sort(byNewDate)), unseen };
}

/** What has no date any more comes last. */
function byNewDate(a: MovedTask, b: MovedTask): number {
  const [first, second] = [a.to ?? "~", b.to ?? "~"];
  if (first === second) return a.id - b.id;
  return first < second ? -1 : 1;
}

async function movesOf({ db, scope, start, end }: Look): Promise<Map<number, Move>> {
  const { user_id, areas } = scope;
  const rows = await db.read.selectFrom("changes")
    .innerJoin("change_items as item", "item.change_id", "changes.id")
    .select(["item.entity_id", "item.before", "item.after", "item.area_before", "item.area_after"])
    .where("user_id", "=", user_id).where("at", ">=", start).where("at", "<", end)
    .where("stands", "=", 1).where("tool", "<>", UNDO)
    .where("item.entity", "=", "task").where("item.before", "is not", null)
    .orderBy("changes.id").orderBy("item.seq").execute();
  const isOpen = (area: number | null) =>
    areas === undefined || (area !== null && areas.includes(area));
  const moves = new Map<number, Move>();
  for (const { entity_id, before, after, area_before, area_after } of rows) {
    const [from, to] = [dueIn(before), dueIn(after)];
    if (isSame(from, to)) continue;
    const earlier = moves.get(Number(entity_id));
    const isInReach = isOpen(area_before) && isOpen(area_after) && earlier?.isInReach !== false;
    moves.set(Number(entity_id), { from: earlier ? earlier.from : from, to, isInReach });
  }
  return new Map([...moves].filter(([, { from, to }]) => !isSame(from, to)));
}

/**
 * The due date in an image of a task. It is found in the text, as to parse thousands of images takes long;
 * the quotes within a value are escaped, so that none can look like it.
 */
export function dueIn(image: string | null): When | null {
  return /"due_date":"([^"]*)"/.exec(image ?? "")?.[1] ?? null;
}

/** Whether two due dates mean the same, by whatever clock. */
function isSame(a: When | null, b: When | null): boolean {
  if (a === b) return true;
  if (a === null || b === null || isDay(a) || isDay(b)) return false;
  return instantOf(a, "UTC") === instantOf(b, "UTC");
}
