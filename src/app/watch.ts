import type { Database } from "../db/db.ts";
import type { Change, Events } from "../events/events.ts";
import type { Instances } from "../instances/instances.ts";
import type { Log } from "../log.ts";
import type { Engine } from "../mcp/call.ts";
import { ChangesElsewhere } from "./changes_elsewhere.ts";
import { NewDays } from "./new_days.ts";

interface Parts<Context> {
  readonly db: Database;
  readonly events: Events;
  readonly engine: Engine<Context>;
  readonly instances: Instances;
  readonly log: Log;
  /** Tells of what was changed by a process that publishes no events here. */
  tell(change: Change): void;
  now(): Date;
}

/** Watches for what nobody publishes: days that begin, and what other processes write to the same store. */
export function watch<Context>(parts: Parts<Context>): Disposable {
  const { events, instances: { standing } } = parts;
  using watching = new DisposableStack();
  watching.use(new NewDays(parts));
  if (standing === "alone") {
    const elsewhere = watching.use(new ChangesElsewhere(parts));
    watching.defer(events.listen((change) => elsewhere.note(change)));
  }
  return watching.move();
}
