import { redisAddress } from "../config/values.ts";
import type { Log } from "../log.ts";
import type { Instances } from "./instances.ts";
import { SharedLimit } from "./redis/limit.ts";
import { Link } from "./redis/link.ts";
import { RedisMail } from "./redis/mail.ts";
import { RedisSessions } from "./redis/sessions.ts";
import { RedisValues } from "./redis/values.ts";

/**
 * Joins the instances that share a Redis. One that does not answer is no error: until it does, this
 * instance is on its own.
 */
export async function joinThroughRedis(url: string, log: Log): Promise<Instances> {
  const link = new Link(url, redisAddress(url), log);
  const mail = new RedisMail(link, new URL(url).pathname.slice(1) || "0", log);
  await link.settled;
  return {
    id: link.id,
    get standing() {
      return link.joined ? "joined" : "cut off";
    },
    mail,
    sessions: new RedisSessions(link),
    values: new RedisValues(link),
    limit: (name, rate) => new SharedLimit(link, name, rate),
    ping: () => link.ping(),
    onReturn: (listener) => link.onJoined(listener),
    [Symbol.asyncDispose]: () => link.close(),
  };
}
