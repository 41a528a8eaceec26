import { isSpecType } from "@modelcontextprotocol/server";
import { isObject } from "../../json.ts";
import {
  SESSION_IDLE_MS,
  type SessionChange,
  type SessionRecord,
  type SessionRecords,
} from "../instances.ts";
import { type Link, PREFIX } from "./link.ts";

/** Of one session; a client that wants more hears of no further one on other instances. */
const MOST_SUBSCRIPTIONS = 1000;

/** `principal`, `initialize` and `logLevel`. */
const OTHER_FIELDS = 3;

/** Stands in the field of a record for the address of a resource. */
const URI = "uri:";

/** A record is a hash; one that ended stays, empty, so that nobody who was away revives it. */
export class RedisSessions implements SessionRecords {
  constructor(private readonly link: Link) {}

  async keep(id: string, record: SessionRecord, lasts: number): Promise<boolean> {
    const { principal, initialize, logLevel, subscriptions } = record;
    const key = keyOf(id);
    return await this.link.run(async (client) => {
      const [[known, ended], kept] = await Promise.all([
        client.hmGet(key, ["principal", "ended"]),
        client.pTTL(key),
      ]);
      if (ended) return false;
      const steps = client.multi();
      if (!known) {
        steps.hSet(key, {
          principal,
          initialize: JSON.stringify(initialize),
          ...(logLevel === undefined ? {} : { logLevel }),
          ...Object.fromEntries(subscriptions.map((uri) => [URI + uri, "1"])),
        });
      }
      if (!known || kept < lasts) await steps.pExpire(key, lasts).exec();
      return true;
    });
  }

  async find(id: string): Promise<SessionRecord | "ended" | undefined> {
    const { ended, principal, initialize, logLevel, ...others } = await this.link.run((client) =>
      client.hGetAll(keyOf(id))
    );
    if (ended !== undefined) return "ended";
    if (principal === undefined || initialize === undefined) return undefined;
    const told: unknown = JSON.parse(initialize);
    if (!isObject(told)) return undefined;
    const subscriptions = Object.keys(others).filter((field) => field.startsWith(URI))
      .map((field) => field.slice(URI.length));
    return {
      principal,
      initialize: told,
      ...(isSpecType.LoggingLevel(logLevel) ? { logLevel } : {}),
      subscriptions,
    };
  }

  async change(id: string, change: SessionChange): Promise<void> {
    const key = keyOf(id);
    await this.link.run(async (client) => {
      const size = "subscribe" in change ? await client.hLen(key) : 0;
      // In one step: a record without its end would stay for ever.
      const steps = client.multi();
      if ("logLevel" in change) steps.hSet(key, "logLevel", change.logLevel);
      else if ("unsubscribe" in change) steps.hDel(key, URI + change.unsubscribe);
      else if (size < MOST_SUBSCRIPTIONS + OTHER_FIELDS) {
        steps.hSet(key, URI + change.subscribe, "1");
      }
      await steps.pExpire(key, SESSION_IDLE_MS).exec();
    });
  }

  async end(id: string): Promise<void> {
    const key = keyOf(id);
    await this.link.run((client) =>
      client.multi().del(key).hSet(key, "ended", "1").pExpire(key, SESSION_IDLE_MS).exec()
    );
  }
}

function keyOf(id: string): string {
  return `${PREFIX}session:${id}`;
}
