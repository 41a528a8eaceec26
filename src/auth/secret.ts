import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { Database, Tx } from "../db/db.ts";

/** No person's name has a space in it: these writes wait for each other and for nobody's. */
const TURN = "shared secrets";

/** A secret of 256 bits that every process on the store has alike; made by the first that asks. */
export function sharedSecret(db: Database, name: string): () => Promise<Uint8Array> {
  let known: Promise<Uint8Array> | undefined;
  return () => {
    const asked = known ??= load(db, name);
    asked.catch(() => known = undefined);
    return asked;
  };
}

/** Drops a secret for good: what was sealed with it can be read by nobody who does not have it in memory. */
export async function forgetSecret(tx: Tx, name: string): Promise<void> {
  await tx.deleteFrom("secrets").where("name", "=", name).execute();
}

async function load(db: Database, name: string): Promise<Uint8Array> {
  const value = await db.write(TURN, async (tx) => {
    const found = await tx.selectFrom("secrets").select("value").where("name", "=", name)
      .executeTakeFirst();
    if (found) return found.value;
    const made = randomBytes(32).toString("base64url");
    await tx.insertInto("secrets").values({ name, value: made }).execute();
    return made;
  });
  return Buffer.from(value, "base64url");
}
