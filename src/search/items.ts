import { AppError, quote } from "../errors.ts";
import type { Page, PageInfo } from "../life/paging.ts";
import { inPart, partsOf, type Scope } from "../life/scope.ts";
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
export interface ItemList<T> {
  readonly entity: "goal" | "task";
  /** All that fit the list, whatever words they have. */
  listed(): Promise<Listed[]>;
  /** @param ids of the only items that count */
  read(page: Asked & { readonly ids?: readonly number[] }): Promise<{ items: T[]; info: PageInfo }>;
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
export async function findItems<T extends { readonly id: number }>(
  meaning: Meaning,
  scope: Scope,
  asked: Asked,
  list: ItemList<T>,
  signal: AbortSignal | undefined,
): Promise<ItemsFound<T>> {
  const { query = "", cursor } = asked;
  if (cursor?.startsWith(CURSOR)) {
    const info: PageInfo = { total: 0, next_cursor: null };
    return await likest(meaning, scope, asked, list, signal, { items: [], info });
  }
  const found = await list.read(asked);
  if (found.info.total > 0 || query.trim() === "") return found;
  return await likest(meaning, scope, asked, list, signal, found);
}

/**
 * The likest first.
 *
 * @param vain what was found by words: nothing
 */
async function likest<T extends { readonly id: number }>(
  meaning: Meaning,
  scope: Scope,
  { query = "", limit, cursor }: Asked,
  list: ItemList<T>,
  signal: AbortSignal | undefined,
  vain: ItemsFound<T>,
): Promise<ItemsFound<T>> {
  const from = cursor === undefined ? 0 : placeIn(cursor);
  const listed = Map.groupBy(await list.listed(), ({ user_id }) => user_id);
  const table = list.entity === "goal" ? "goals" : "tasks";
  const searched = partsOf(scope).flatMap(({ owners, ...part }) =>
    owners.map((owner) => ({
      owner,
      within: inPart(table, { ...part, owners: [owner] }),
      among: listed.get(owner)?.map(({ id }) => id) ?? [],
    }))
  );
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
  const { items, info } = ids.length === 0 ? vain : await list.read({ ids, limit });
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
  throw new AppError(
    "invalid_input",
    `Cannot use cursor ${quote(cursor)} as no list gave it out`,
    "pass next_cursor of the last page unchanged, or leave it out for the first page",
  );
}
