import type { Database } from "../db/db.ts";
import { messageOf } from "../errors.ts";
import type { Events } from "../events/events.ts";
import type { Log } from "../log.ts";
import type { Engine } from "../mcp/call.ts";
import { tellOf, tellOfDay } from "../mcp/subscriptions.ts";
import { ChangesElsewhere } from "./changes_elsewhere.ts";
import type { Forgetting } from "./engine.ts";
import { Erasures } from "./erasures.ts";
import { NewDays } from "./new_days.ts";
import { Restores } from "./restores.ts";

interface Parts<Context> {
  readonly db: Database;
  readonly events: Events;
  readonly engine: Engine<Context> & Forgetting;
  readonly log: Log;
  now(): Date;
}

/** How often the journal is looked at. */
const JOURNAL_MS = 400;
/** How often it is looked whether a day has begun for anyone. */
const DAYS_MS = 5000;

/** How often it is looked whether anybody was erased. */
const ERASURES_MS = 2000;

/** Watches for what nobody publishes: what other processes write to the store or erase, and days that begin. */
export function watch<Context>({ db, events, engine, log, now }: Parts<Context>): Disposable {
  const { subscriptions } = engine;
  using watching = new DisposableStack();
  const elsewhere = new ChangesElsewhere({
    ...{ db, now },
    isFollowed: () => subscriptions.any || subscriptions.lists.any,
    tell: (change) => tellOf(engine, change),
  });
  watching.defer(events.listen((change) => elsewhere.note(change)));
  watching.defer(every(JOURNAL_MS, () => elsewhere.look(), log));
  const days = new NewDays({
    ...{ db, now },
    people: () => subscriptions.people,
    tell: (begun) => tellOfDay(engine, begun),
  });
  watching.defer(every(DAYS_MS, () => days.look(), log));
  const erasures = new Erasures({ db, forget: () => engine.forget() });
  watching.defer(every(ERASURES_MS, () => erasures.look(), log));
  const restores = new Restores({
    db,
    isFollowed: () => subscriptions.any || subscriptions.lists.any,
    tell: (user_id) => subscriptions.publishAll(user_id),
  });
  watching.defer(every(JOURNAL_MS, () => restores.look(), log));
  return watching.move();
}

/** Looks again and again, never twice at a time, until what is answered is called. */
function every(pause: number, look: () => Promise<void>, log: Log): () => void {
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    try {
      await look();
    } catch (error) {
      log.debug("Cannot look for what has changed: {reason}", { reason: messageOf(error) });
    } finally {
      looking = false;
    }
  }, pause);
  Deno.unrefTimer(timer);
  return () => clearInterval(timer);
}
