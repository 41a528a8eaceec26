import { z } from "zod";
import { messageOf } from "../errors.ts";
import type { Mail } from "../instances/instances.ts";
import type { Log } from "../log.ts";
import type { Change, Events } from "./events.ts";

const BOX = "events";

const Letter = z.object({
  user_id: z.string(),
  change_id: z.number(),
  items: z.array(z.object({ entity: z.string(), id: z.union([z.number(), z.string()]) })),
});

/** Events of all instances: what one commits is told on each of them, once. */
export async function shareEvents(own: Events, mail: Mail, log: Log): Promise<Events> {
  await mail.open(BOX, (letter) => {
    const change = Letter.safeParse(letter);
    if (change.success) own.publish(change.data);
    else {log.warning("Cannot read a change of another instance: {fault}", {
        fault: messageOf(change.error),
      });}
  });
  return {
    publish(change: Change) {
      own.publish(change);
      void mail.send(BOX, change);
    },
    listen: (listener) => own.listen(listener),
  };
}
