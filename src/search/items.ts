import type { Database } from "../db/db.ts";
import type { Page, PageInfo } from "../life/paging.ts";
import { inPart, partsOf, type Viewer } from "../life/scope.ts";
import { scopeOf } from "../life/shares.ts";
import { type Meaning, MOST_NEAR } from "./meaning.ts";

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
}

/** The page of a list in which the items are that may be found; with no words to look for. */
interface Among extends Page {
  readonly query: undefined;
  readonly cursor: undefined;
  readonly ids: readonly number[];
}

/** What is less like a query than this is another matter. */
const LEAST_LIKE = 0.3;
/** And what is less like it than this share of the likest. */
const LIKE_THE_LIKEST = 0.7;

/** Whether a list was asked for words that nothing in it has. */
export function isInVain({ query, cursor }: Asked, { total }: PageInfo): boolean {
  return total === 0 && cursor === undefined && query !== undefined && query.trim() !== "";
}

/**
 * The items of a list that mean what the query does, the likest first; `undefined` where nothing can
 * be found by meaning.
 *
 * @param list answers those of some items that the list has
 */
export async function nearestItems<T extends { readonly id: number }>(
  { db, meaning }: { readonly db: Database; readonly meaning: Meaning },
  viewer: Viewer,
  entity: "goal" | "task",
  { query = "", limit }: Asked,
  signal: AbortSignal | undefined,
  list: (page: Among) => Promise<{ items: T[]; info: PageInfo }>,
): Promise<{ items: T[]; info: PageInfo & ByMeaning } | undefined> {
  const scope = await scopeOf(db, viewer);
  const table = entity === "goal" ? "goals" : "tasks";
  const searched = partsOf(scope).flatMap(({ owners, ...part }) =>
    owners.map((owner) => ({ owner, within: inPart(table, { ...part, owners: [owner] }) }))
  );
  const { hits, not_embedded } = await meaning.nearest(query, entity, searched, signal);
  const likest = hits[0]?.likeness ?? 0;
  const likeness = new Map(
    hits.filter(({ likeness }) => likeness >= Math.max(LEAST_LIKE, LIKE_THE_LIKEST * likest))
      .map(({ id, likeness }) => [id, likeness]),
  );
  if (likeness.size === 0) return undefined;
  const page = { query: undefined, cursor: undefined, ids: [...likeness.keys()], limit: MOST_NEAR };
  const { items, info } = await list(page);
  const found = items.sort((a, b) => (likeness.get(b.id) ?? 0) - (likeness.get(a.id) ?? 0))
    .slice(0, limit);
  if (found.length === 0) return undefined;
  const left = not_embedded === 0 ? {} : { not_embedded };
  return {
    items: found,
    info: { ...info, total: found.length, next_cursor: null, matched: "meaning", ...left },
  };
}
