import { createHash } from "node:crypto";
import type { Rate } from "../../config/values.ts";
import { Buckets } from "../buckets.ts";
import type { Limit } from "../instances.ts";
import { type Link, PREFIX } from "./link.ts";

/**
 * The same bucket as in one process, by the clock of Redis. KEYS: the bucket; ARGV: how many fit in,
 * tokens a second, how many to take. A bucket that is full again is forgotten.
 */
const TAKE = `
local count, per_second, tokens = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'since')
local filled = math.min(count,
  (tonumber(bucket[1]) or count) + math.max(0, now - (tonumber(bucket[2]) or now)) * per_second)
local missing, wait = tokens - filled, 0
if missing <= 0.000001 then
  filled = filled - tokens
else
  wait = math.ceil(math.min(missing, count) / per_second - 0.000001)
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', filled), 'since', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((count - filled) / per_second * 1000) + 1000)
return wait`;

const SHA = createHash("sha1").update(TAKE).digest("hex");

/** Buckets that all instances take from; while Redis is away, those of this instance alone. */
export class SharedLimit implements Limit {
  readonly #link: Link;
  readonly #name: string;
  readonly #rate: Rate;
  readonly #own: Buckets;

  constructor(link: Link, name: string, rate: Rate) {
    this.#link = link;
    this.#name = name;
    this.#rate = rate;
    this.#own = new Buckets(rate);
  }

  take(bucket: string, tokens = 1): number | Promise<number> {
    return this.#link.joined ? this.#ask(bucket, tokens) : this.#own.take(bucket, tokens);
  }

  async #ask(bucket: string, tokens: number): Promise<number> {
    // What a bucket is named by may be an address: it is nobody's to read.
    const hash = createHash("sha256").update(bucket).digest("base64url");
    const { count, period } = this.#rate;
    const call = {
      keys: [`${PREFIX}limit:${this.#name}:${hash}`],
      arguments: [String(count), String(count / period), String(tokens)],
    };
    try {
      const wait = await this.#link.run(async (client) => {
        try {
          return await client.evalSha(SHA, call);
        } catch (error) {
          if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
          return await client.eval(TAKE, call);
        }
      });
      return Number(wait);
    } catch {
      return this.#own.take(bucket, tokens);
    }
  }
}
