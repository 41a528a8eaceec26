import type { Tx } from "../db/db.ts";
import { AppError, quote } from "../errors.ts";
import type { Actor, Repeat } from "./actor.ts";

const KEYED_WINDOW_MS = 10 * 60_000;
const KEYLESS_WINDOW_MS = 30_000;

/**
 * The stored result of an identical earlier call, while it is still recent and still stands.
 *
 * @throws AppError `conflict` when the key was used for something else, or its change was undone
 */
export async function replay<T>(tx: Tx, actor: Actor, at: string): Promise<T | undefined> {
  if (!actor.repeat) return undefined;
  const { key, fingerprint } = actor.repeat;
  const found = await tx.selectFrom("replays")
    .leftJoin("changes", "changes.id", "replays.change_id")
    .select(["replays.arguments", "replays.result", "replays.change_id", "changes.undone_by"])
    .where("replays.user_id", "=", actor.user_id)
    .where("replays.principal", "=", actor.principal)
    .where("replays.tool", "=", actor.tool)
    .where("replays.key", "=", keyOf(actor.repeat))
    .where("replays.at", ">", earlier(at, key === undefined ? KEYLESS_WINDOW_MS : KEYED_WINDOW_MS))
    .executeTakeFirst();
  if (found === undefined) return undefined;
  if (key === undefined) {
    const stands = found.undone_by === null && !await touchedSince(tx, found.change_id);
    return stands ? JSON.parse(found.result) : undefined;
  }
  if (found.arguments !== fingerprint) {
    throw conflict(actor, key, "it was used with other arguments within 10 minutes");
  }
  if (found.undone_by !== null) {
    throw conflict(actor, key, `its change ${found.change_id} was undone by ${found.undone_by}`);
  }
  return JSON.parse(found.result);
}

/** Keeps the result for identical calls to come. */
export async function storeResult(
  tx: Tx,
  actor: Actor,
  at: string,
  change_id: number,
  result: object,
): Promise<void> {
  const { user_id, principal, tool, repeat } = actor;
  if (!repeat) return;
  const value = { change_id, result: JSON.stringify(result), arguments: repeat.fingerprint, at };
  await tx.insertInto("replays")
    .values({ user_id, principal, tool, key: keyOf(repeat), ...value })
    .onConflict((conflict) =>
      conflict.columns(["user_id", "principal", "tool", "key"]).doUpdateSet(value)
    )
    .execute();
}

/** Drops results that are past every window. */
export async function forgetOldReplays(tx: Tx, at: string): Promise<void> {
  await tx.deleteFrom("replays").where("at", "<", earlier(at, KEYED_WINDOW_MS)).execute();
}

/** A later change to what the call made means that the same call now asks for something new. */
async function touchedSince(tx: Tx, change_id: number | null): Promise<boolean> {
  if (change_id === null) return false;
  const later = await tx.selectFrom("change_items as own")
    .innerJoin("change_items as other", (join) =>
      join.onRef("other.entity", "=", "own.entity")
        .onRef("other.entity_id", "=", "own.entity_id")
        .onRef("other.change_id", ">", "own.change_id"))
    .select("other.change_id")
    .where("own.change_id", "=", change_id)
    .executeTakeFirst();
  return later !== undefined;
}

function keyOf({ key, fingerprint }: Repeat): string {
  return key === undefined ? `arguments:${fingerprint}` : `key:${key}`;
}

function earlier(at: string, milliseconds: number): string {
  return new Date(Date.parse(at) - milliseconds).toISOString();
}

function conflict(actor: Actor, key: string, reason: string): AppError {
  return new AppError(
    "conflict",
    `Cannot repeat ${actor.tool} with idempotency_key ${quote(key)} as ${reason}`,
    "use a new idempotency_key",
  );
}
