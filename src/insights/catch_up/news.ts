import type { Database } from "../../db/db.ts";
import { shorten } from "../../errors.ts";
import { UNDO } from "../../life/history/choice.ts";
import { isWithin, type Viewer } from "../../life/scope.ts";
import { type Image, summaryOf, wordsOf } from "./steps.ts";
import { onOneLine } from "../one_line.ts";
import { minuteOf, type Some, titleOf } from "./shown.ts";
import type { Visitor } from "./visits.ts";

/** What became of one item, in all changes that were looked at. */
export interface News {
  entity: string;
  /** Absent where it is a person. */
  id?: number;
  title: string;
  what: string;
}

/** News of others, with who made them last; several clients are named in that order, too. */
export interface NewsOfOthers extends News {
  by: string;
  tool: string;
  /** Local time with its offset, to the minute. */
  at: string;
}

/** What changed, each list with what changed last first. */
export interface AllNews {
  readonly completed: Some<NewsOfOthers>;
  readonly changes: Some<NewsOfOthers>;
  readonly memories: Some<NewsOfOthers>;
  /** What the visitor did itself. */
  readonly own: Some<News>;
  /** How many changes were undone since they were made. */
  readonly undone: number;
  /** How many changes were not looked at, as newer ones touched as much as is looked at. */
  readonly older: number;
}

/** A stretch of the journal, by the ids of changes. */
export interface Span {
  readonly after: number;
  readonly upTo: number;
}

/** So many items of changes are looked at, the latest first. */
const LOOKED_AT = 1000;

/**
 * What changed in a stretch of the journal, as far as the viewer sees it.
 *
 * @param most how many lines of each list are wanted
 */
export async function newsOf(
  db: Database,
  viewer: Viewer & Visitor,
  zone: string,
  span: Span,
  most: number,
): Promise<AllNews> {
  const { rows, older } = await readRows(db, viewer, span);
  const isNews = await newsAmong(db, viewer, span, rows);
  const lines = new Map<string, Line>();
  for (const row of rows.toReversed()) {
    if (isNews(row)) add(lines, row, isOwn(row, viewer));
  }
  const latest = [...lines.values()]
    .sort((a, b) => b.last.id - a.last.id || a.last.seq - b.last.seq);
  const some = <News>(kind: Kind, toNews: (line: Line) => News): Some<News> => {
    const found = latest.filter((line) => kindOf(line) === kind);
    return { lines: found.slice(0, most).map(toNews), count: found.length };
  };
  const ofOthers = (line: Line) => ({ ...newsIn(line), ...makersOf(line, viewer, zone) });
  const undone = new Set(
    rows.filter(({ stands, tool }) => stands === 0 && tool !== UNDO)
      .map(({ id }) => id),
  );
  return {
    completed: some("completed", ofOthers),
    changes: some("changes", ofOthers),
    memories: some("memories", ofOthers),
    own: some("own", newsIn),
    undone: undone.size,
    older,
  };
}

/** One item of a change. */
interface Row {
  readonly id: number;
  readonly at: string;
  readonly principal: string;
  readonly client: string;
  readonly tool: string;
  readonly guest: string | null;
  readonly stands: number;
  readonly seq: number;
  readonly entity: string;
  readonly entity_id: string;
  readonly before: string | null;
  readonly after: string | null;
}

async function readRows(
  db: Database,
  viewer: Viewer,
  span: Span,
): Promise<{ rows: Row[]; older: number }> {
  const changes = changesIn(db, viewer, span);
  const found = await changes
    .innerJoin("change_items", "change_items.change_id", "changes.id")
    .select(["changes.id", "at", "principal", "client", "tool", "guest", "stands"])
    .select(["seq", "entity", "entity_id", "before", "after"])
    .orderBy("changes.id", "desc").orderBy("seq").limit(LOOKED_AT + 1).execute();
  const beyond = found[LOOKED_AT];
  if (beyond === undefined) return { rows: found, older: 0 };
  const { older } = await changes.where("changes.id", "<=", beyond.id)
    .select(({ fn }) => fn.countAll<number>().as("older")).executeTakeFirstOrThrow();
  return { rows: found.slice(0, LOOKED_AT), older };
}

function changesIn({ read }: Database, { user_id, areas }: Viewer, { after, upTo }: Span) {
  const all = read.selectFrom("changes").where("changes.user_id", "=", user_id)
    .where("changes.id", ">", after).where("changes.id", "<=", upTo);
  return areas === undefined ? all : all.where(isWithin(areas));
}

/**
 * Tells what has an effect that is new. What was undone has none, nor has the undo, unless it took back
 * what was told before; that the person is there is no news to them.
 */
async function newsAmong(
  { read }: Database,
  { user_id }: Viewer,
  { after }: Span,
  rows: readonly Row[],
): Promise<(row: Row) => boolean> {
  const isUndo = ({ tool, stands }: Row) => tool === UNDO && stands === 1;
  const undos = [...new Set(rows.filter(isUndo).map(({ id }) => id))];
  const takenBack = undos.length === 0 ? [] : await read.selectFrom("changes")
    .innerJoin("change_items", "change_items.change_id", "changes.id")
    .select(["undone_by", "entity", "entity_id"]).distinct()
    .where("undone_by", "in", undos).where("user_id", "=", user_id)
    .where("changes.id", "<=", after).execute();
  const known = new Set(
    takenBack.map(({ undone_by, entity, entity_id }) => `${undone_by} ${entity} ${entity_id}`),
  );
  return (row) => {
    const { id, stands, entity, entity_id, before } = row;
    if (stands === 0 || (entity === "user" && before === null)) return false;
    return !isUndo(row) || known.has(`${id} ${entity} ${entity_id}`);
  };
}

/** All that was done to one item, by the visitor or by others. */
interface Line {
  readonly own: boolean;
  /** The oldest first. */
  readonly rows: Row[];
  readonly words: string[];
  /** The last of the rows, and the item as that left it. */
  last: Row;
  image: Image;
}

type Kind = "completed" | "changes" | "memories" | "own";

function isOwn(row: Row, { principal, client }: Visitor): boolean {
  return row.guest === null && row.principal === principal && row.client === client;
}

function add(lines: Map<string, Line>, row: Row, own: boolean): void {
  const before: Image | null = JSON.parse(row.before ?? "null");
  const image: Image = JSON.parse(row.after ?? "{}");
  const words = wordsOf(before, image);
  if (words.length === 0) return;
  const key = `${own} ${row.entity} ${row.entity_id}`;
  const line = lines.get(key) ?? { own, rows: [], words: [], last: row, image };
  lines.set(key, line);
  line.rows.push(row);
  line.words.push(...words);
  Object.assign(line, { last: row, image });
}

function kindOf({ own, last, image, words }: Line): Kind {
  if (own) return "own";
  const isThere = image["deleted_at"] === null;
  if (isThere && image["status"] === "completed" && words.includes("completed")) return "completed";
  return isThere && last.entity === "memory" && words.includes("created") ? "memories" : "changes";
}

function newsIn({ last: { entity, entity_id }, image, words }: Line): News {
  return {
    entity,
    ...(entity === "user" ? {} : { id: Number(entity_id) }),
    title: titleOf(image),
    what: shorten(summaryOf(words), 80),
  };
}

function makersOf({ rows, last }: Line, viewer: Visitor, zone: string) {
  const names = rows.toReversed().map((row) => makerOf(row, viewer));
  return {
    by: shorten([...new Set(names)].join(", "), 60),
    tool: last.tool,
    at: minuteOf(last.at, zone),
  };
}

function makerOf({ client, principal, guest }: Row, visitor: Visitor): string {
  const name = onOneLine(client);
  if (guest !== null) return `${name} of ${guest}`;
  return client === visitor.client ? `${name} by ${principal}` : name;
}
