import type { Database } from "../../db/db.ts";
import type { Actor } from "../../life/actor.ts";
import { scopeOf } from "../../life/shares.ts";
import { withheldOf } from "../withheld.ts";
import { dueTasks } from "./due.ts";
import { type CatchUp, fitting, mostLines } from "./fit.ts";
import { newsOf } from "./news.ts";
import { minuteOf } from "./shown.ts";
import { type Mark, outlookOf, type Visits } from "./visits.ts";

/** How far back a client looks of which no earlier visit is known. */
const FIRST_LOOK_MS = 7 * 24 * 3600_000;

/**
 * What changed in a life since the client's last visit, by whom, and what is due; from then on the next
 * visit tells. A call within minutes tells the same again: an answer may have been lost on its way.
 *
 * @param budget tokens at most, of the whole answer
 */
export async function catchUp(
  db: Database,
  visits: Visits,
  actor: Actor,
  now: Date,
  budget: number,
): Promise<CatchUp> {
  const scope = await scopeOf(db, actor);
  const { user_id } = scope;
  const { time_zone: zone } = await db.read.selectFrom("users").select("time_zone")
    .where("id", "=", user_id).executeTakeFirstOrThrow();
  const last = await visits.last(actor);
  const { since, repeats } = outlookOf(last, now);
  const from = since ??
    await firstMark(db, user_id, repeats === undefined ? now : new Date(repeats.at));
  const upTo = await newestChange(db, user_id);
  const most = mostLines(budget);
  const answer = fitting({
    since: minuteOf(from.at, zone),
    first_visit: since === undefined,
    repeated: repeats !== undefined,
    ...await newsOf(db, actor, zone, { after: from.change_id, upTo }, most),
    ...await dueTasks(db, scope, zone, now, most),
    ...await withheldOf(db, scope),
  }, budget);
  if (repeats === undefined) {
    await visits.note(actor, last, { at: now.toISOString(), change_id: upTo });
  }
  return answer;
}

/** Ids of the changes of one person rise with time. */
async function firstMark({ read }: Database, user_id: string, now: Date): Promise<Mark> {
  const at = new Date(now.getTime() - FIRST_LOOK_MS).toISOString();
  const before = await read.selectFrom("changes").select("id").where("user_id", "=", user_id)
    .where("at", "<", at).orderBy("id", "desc").limit(1).executeTakeFirst();
  return { at, change_id: before?.id ?? 0 };
}

async function newestChange({ read }: Database, user_id: string): Promise<number> {
  const newest = await read.selectFrom("changes").select("id").where("user_id", "=", user_id)
    .orderBy("id", "desc").limit(1).executeTakeFirst();
  return newest?.id ?? 0;
}
