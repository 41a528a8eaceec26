import { Buffer } from "node:buffer";
import { RESP_TYPES } from "@redis/client";
import type { Values } from "../instances.ts";
import { type Link, PREFIX } from "./link.ts";

const AS_BYTES = { [RESP_TYPES.BLOB_STRING]: Buffer };

/** Each value is a string of Redis that ends by itself. */
export class RedisValues implements Values {
  constructor(private readonly link: Link) {}

  async get(name: string, most: number): Promise<Uint8Array | undefined> {
    const bytes = await this.link.run((client) =>
      client.withTypeMapping(AS_BYTES).getRange(PREFIX + name, 0, most)
    );
    return bytes && bytes.length > 0 && bytes.length <= most ? bytes : undefined;
  }

  async set(name: string, bytes: Uint8Array, lasts: number): Promise<void> {
    const expiration = { type: "PX", value: Math.max(1, Math.ceil(lasts)) } as const;
    await this.link.run((client) => client.set(PREFIX + name, Buffer.from(bytes), { expiration }));
  }

  async delete(name: string): Promise<void> {
    await this.link.run((client) => client.unlink(PREFIX + name));
  }
}
