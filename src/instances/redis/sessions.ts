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
      if (!known) {
        await client.hSet(key, {
          principal,
          initialize: JSON.stringify(initialize),
          ...(logLevel === undefined ? {} : { logLevel }),
          ...Object.fromEntries(subscriptions.map((uri) => [URI + uri, "1"])),
        });
      }
      if (kept < lasts) await client.pExpire(key, lasts);
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
      if ("logLevel" in change) await client.hSet(key, "logLevel", change.logLevel);
      else if ("unsubscribe" in change) await client.hDel(key, URI + change.unsubscribe);
      else if (await client.hLen(key) < MOST_SUBSCRIPTIONS + OTHER_FIELDS) {
        await client.hSet(key, URI + change.subscribe, "1");
      }
      await client.pExpire(key, SESSION_IDLE_MS);
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
