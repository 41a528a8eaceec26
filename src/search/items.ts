import { noCursor, type Page, type PageInfo } from "../life/paging.ts";
import { inPart, ownersOf, type Scope } from "../life/scope.ts";
import type { Meaning } from "./meaning.ts";

/** A list with a query. */
interface Asked extends Page {
  readonly query?: string | undefined;
}

/** What a list answers whose items are like a query. */
export interface ByMeaning {
  /** No item had the words of the query: these are the likest, the likest first. */
  readonly matched?: "meaning";
  /** How many items are not compared by meaning yet, up to 1,000. */
  readonly not_embedded?: number;
  /** Why nothing could be found by meaning. */
  readonly words_only?: string;
}

/** An item of a list, and whose it is. */
interface Listed {
  readonly id: number;
  readonly user_id: string;
}

/** A list of one kind of items. */
export interface ItemList<T, Filter extends Asked> {
  readonly entity: "goal" | "task";
  /** All that fit the list, whatever words they have. */
  listed(filter: Filter): Promise<Listed[]>;
  read(filter: Filter & OfThese): Promise<{ items: T[]; info: PageInfo }>;
}

interface OfThese {
  /** Of the only items that count. */
  readonly ids?: readonly number[];
}

/** A page of a list, and how it was found. */
export interface ItemsFound<T> {
  readonly items: T[];
  readonly info: PageInfo & ByMeaning;
}

/** What is less like a query than this share of the likest is another matter. */
const LIKE_THE_LIKEST = 0.7;

/** As many as a list counts. */
const MOST_LIKE = 1000;

/** Begins the cursor of a list by meaning; then comes how many were shown. */
const CURSOR = "likest-";

/** A page of a list; where nothing in it has the words of the query, of what means the like. */
export async function findItems<T extends { readonly id: number }, Filter extends Asked>(
  meaning: Meaning,
  scope: Scope,
  asked: Filter,
  list: ItemList<T, Filter>,
  signal: AbortSignal | undefined,
): Promise<ItemsFound<T>> {
  const { query = "", cursor } = asked;
  const isBlank = query.trim() === "";
  if (cursor?.startsWith(CURSOR)) {
    if (isBlank) throw noCursor(cursor);
    const info: PageInfo = { total: 0, next_cursor: null };
    return await likest(meaning, scope, asked, list, signal, { items: [], info });
  }
  const found = await list.read(asked);
  if (found.info.total > 0 || isBlank) return found;
  return await likest(meaning, scope, asked, list, signal, found);
}

/**
 * The likest first.
 *
 * @param vain what was found by words: nothing
 */
async function likest<T extends { readonly id: number }, Filter extends Asked>(
  meaning: Meaning,
  scope: Scope,
  asked: Filter,
  list: ItemList<T, Filter>,
  signal: AbortSignal | undefined,
  vain: ItemsFound<T>,
): Promise<ItemsFound<T>> {
  const { query = "", limit, cursor } = asked;
  const from = cursor === undefined ? 0 : placeIn(cursor);
  const whatever = { ...asked, query: undefined, cursor: undefined };
  const listed = Map.groupBy(await list.listed(whatever), ({ user_id }) => user_id);
  const table = list.entity === "goal" ? "goals" : "tasks";
  const searched = ownersOf(scope).map((part) => ({
    owner: part.owner,
    within: inPart(table, part),
    among: listed.get(part.owner)?.map(({ id }) => id) ?? [],
  }));
  const question = { query, entity: list.entity, searched, most: MOST_LIKE };
  const { hits, leastLike, not_embedded, words_only } = await meaning.nearest(question, signal);
  const said = {
    ...(not_embedded === 0 ? {} : { not_embedded }),
    ...(words_only === undefined ? {} : { words_only }),
  };
  const least = Math.max(leastLike, LIKE_THE_LIKEST * (hits[0]?.likeness ?? 0));
  const like = hits.filter(({ likeness }) => likeness >= least).map(({ id }) => id);
  if (like.length === 0) return { ...vain, info: { ...vain.info, ...said } };
  const end = from + limit;
  const ids = like.slice(from, end);
  const { items, info } = ids.length === 0 ? vain : await list.read({ ...whatever, ids });
  return {
    items: items.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)),
    info: {
      ...info,
      total: like.length,
      ...(like.length < MOST_LIKE ? {} : { total_exact: false as const }),
      next_cursor: end < like.length ? `${CURSOR}${end}` : null,
      matched: "meaning",
      ...said,
    },
  };
}

function placeIn(cursor: string): number {
  const place = /^\d{1,4}$/.exec(cursor.slice(CURSOR.length));
  if (place) return Number(place[0]);
  throw noCursor(cursor);
}
