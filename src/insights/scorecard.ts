import { sql } from "kysely";
import type { Database } from "../db/db.ts";
import { UNDO } from "../life/history/choice.ts";
import { isWithin, type Viewer } from "../life/scope.ts";

/** How a client's writes fared: what of them the person keeps says how far it can be trusted. */
export interface Score {
  /** The client's name for itself. */
  readonly client: string;
  /** Changes that it made or proposed and that stand; undoing is none. */
  readonly kept: number;
  /** Changes of it that were undone. */
  readonly undone: number;
  /** Proposals of it, whatever became of them. */
  readonly proposed: number;
  readonly approved: number;
  readonly rejected: number;
  /** Calls that it was not allowed to make. */
  readonly denied: number;
}

type Counts = Omit<Score, "client">;

/** The busiest clients; more are not told of. */
const MOST = 50;

const NONE: Counts = { kept: 0, undone: 0, proposed: 0, approved: 0, rejected: 0, denied: 0 };

/**
 * The clients that acted for a person, those that write most first. Of one who is narrowed to some
 * life areas, only changes that are seen count, and only proposals and denials of their own credential.
 */
export async function scorecard(
  { read }: Database,
  { user_id, areas, principal }: Viewer & { readonly principal: string },
): Promise<Score[]> {
  const scores = new Map<string, Counts>();
  const add = (client: string | null, counts: Partial<Counts>) =>
    scores.set(client ?? "", { ...NONE, ...scores.get(client ?? ""), ...counts });
  const changes = read.selectFrom("changes")
    .select(({ fn }) => ["client", "stands", fn.countAll<number>().as("count")])
    .where("user_id", "=", user_id).where("tool", "<>", UNDO).groupBy(["client", "stands"]);
  const seen = areas === undefined ? changes : changes.where(isWithin(areas));
  for (const { client, stands, count } of await seen.execute()) {
    add(client, stands === 1 ? { kept: count } : { undone: count });
  }
  const proposals = read.selectFrom("proposals").select(({ fn }) => [
    "client",
    fn.countAll<number>().as("proposed"),
    sql<number>`count(case when status = 'approved' then 1 end)`.as("approved"),
    sql<number>`count(case when status = 'rejected' then 1 end)`.as("rejected"),
  ]).where("user_id", "=", user_id).groupBy("client");
  const own = areas === undefined ? proposals : proposals.where("principal", "=", principal);
  for (const { client, ...counts } of await own.execute()) add(client, counts);
  const denials = read.selectFrom("audit")
    .select(({ fn }) => ["client", fn.countAll<number>().as("denied")])
    // Said twice, as the index is of what did not end well.
    .where("outcome", "<>", sql.lit("ok")).where("outcome", "=", "permission_denied")
    .where("person", "=", user_id).groupBy("client");
  const denied = areas === undefined ? denials : denials.where("principal", "=", principal);
  for (const { client, denied: count } of await denied.execute()) add(client, { denied: count });
  return [...scores].map(([client, counts]) => ({ client, ...counts }))
    .sort((a, b) => writesOf(b) - writesOf(a) || (a.client < b.client ? -1 : 1))
    .slice(0, MOST);
}

function writesOf({ kept, undone, proposed }: Score): number {
  return kept + undone + proposed;
}
