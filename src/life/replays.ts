import type { Selectable } from "kysely";
import type { Tx } from "../db/db.ts";
import { prepared } from "../db/prepared.ts";
import type { Schema } from "../db/schema.ts";
import { AppError, quote } from "../errors.ts";
import type { Actor, Repeat } from "./actor.ts";
import type { Records } from "./records.ts";
import { isWithin } from "./scope.ts";

/** So long a call with an idempotency key is known. */
export const KEYED_WINDOW_MS = 10 * 60_000;
/** So long a create without one is. */
export const KEYLESS_WINDOW_MS = 30_000;

/** How many changes pass between two sweeps of old results. */
const SWEEP_EVERY = 100;

/** What a write starts from: the person, and the result of an identical earlier call. */
interface Opening<T> {
  readonly person: Records["user"] | undefined;
  readonly earlier: T | undefined;
}

/**
 * Reads the person and, while it is recent and still stands, the stored result of an identical
 * earlier call.
 *
 * @throws AppError `conflict` when the key was used for something else, or its change was undone
 */
export async function opening<T>(tx: Tx, actor: Actor, at: string): Promise<Opening<T>> {
  const { repeat } = actor;
  if (!repeat) {
    const person = await tx.selectFrom("users").selectAll().where("id", "=", actor.user_id)
      .executeTakeFirst();
    return { person, earlier: undefined };
  }
  const window = repeat.key === undefined ? KEYLESS_WINDOW_MS : KEYED_WINDOW_MS;
  const since = earlier(at, window);
  const place = { ...placeOf(actor), key: keyOf(repeat), since };
  const [row] = await findPersonAndReplay(tx, place);
  if (row === undefined) return { person: undefined, earlier: undefined };
  const { arguments: fingerprint, result, change_id, undone_by, stands, ...person } = row;
  if (result === null || fingerprint === null) {
    await refuseUsedAsGuest(tx, actor, repeat, since);
    return { person, earlier: undefined };
  }
  const found = { fingerprint, change_id, undone_by, stands };
  const usable = await isUsable(tx, actor, repeat, found);
  return { person, earlier: usable ? JSON.parse(result) : undefined };
}

interface ReplayPlace {
  readonly user_id: string;
  readonly principal: string;
  readonly tool: string;
  readonly key: string;
  readonly since: string;
}

const findPersonAndReplay = prepared(
  { user_id: true, principal: true, tool: true, key: true, since: true },
  (db, at: ReplayPlace) =>
    db.selectFrom("users").selectAll("users").where("users.id", "=", at.user_id)
      .leftJoin("replays", (join) =>
        join.onRef("replays.user_id", "=", "users.id")
          .on("replays.principal", "=", at.principal).on("replays.tool", "=", at.tool)
          .on("replays.key", "=", at.key).on("replays.at", ">", at.since))
      .leftJoin("changes", "changes.id", "replays.change_id")
      .select(["replays.arguments", "replays.result", "replays.change_id"])
      .select(["changes.undone_by", "changes.stands"]),
);

const keepReplay = prepared(
  {
    ...{ user_id: true, principal: true, tool: true, key: true },
    ...{ arguments: true, change_id: true, result: true, at: true },
  },
  (db, replay: Selectable<Schema["replays"]>) => {
    const { change_id, result, arguments: fingerprint, at } = replay;
    const renewed = { change_id, result, arguments: fingerprint, at };
    return db.insertInto("replays").values(replay).onConflict((conflict) =>
      conflict.columns(["user_id", "principal", "tool", "key"]).doUpdateSet(renewed)
    );
  },
);

interface Stored {
  readonly fingerprint: string;
  readonly change_id: number | null;
  readonly undone_by: number | null;
  readonly stands: number | null;
}

async function isUsable(
  tx: Tx,
  actor: Actor,
  { key, fingerprint }: Repeat,
  found: Stored,
): Promise<boolean> {
  if (key === undefined) {
    return found.stands === 1 && !await touchedSince(tx, found.change_id) &&
      await isSeen(tx, actor, found);
  }
  if (found.fingerprint !== fingerprint) {
    throw conflict(actor, key, USED);
  }
  if (found.change_id !== null && found.stands !== 1) {
    throw conflict(actor, key, `its change ${found.change_id} was undone by ${found.undone_by}`);
  }
  if (await isSeen(tx, actor, found)) return true;
  if (found.change_id === null) return false;
  throw conflict(actor, key, `what change ${found.change_id} made is withheld now`);
}

/** A key means one call, also where that wrote as a guest in the life of one who still shares. */
async function refuseUsedAsGuest(
  tx: Tx,
  actor: Actor,
  { key, fingerprint }: Repeat,
  since: string,
): Promise<void> {
  if (key === undefined || actor.guest !== undefined) return;
  const { user_id, principal, tool } = actor;
  const owners = tx.selectFrom("area_shares")
    .innerJoin("life_areas", "life_areas.id", "area_shares.area_id")
    .select("life_areas.user_id").where("area_shares.user_id", "=", user_id);
  const used = await tx.selectFrom("replays").select("arguments").where("user_id", "in", owners)
    .where("principal", "=", guestly(user_id, principal)).where("tool", "=", tool)
    .where("key", "=", keyOf({ key, fingerprint })).where("at", ">", since)
    .where("arguments", "<>", fingerprint).executeTakeFirst();
  if (used) throw conflict(actor, key, USED);
}

const USED = "it was used with other arguments within 10 minutes";

/** What was answered when the actor saw more than now is not answered again. */
async function isSeen(tx: Tx, { areas }: Actor, { change_id }: Stored): Promise<boolean> {
  if (areas === undefined) return true;
  if (change_id === null) return false;
  const change = await tx.selectFrom("changes").select("id")
    .where("id", "=", change_id).where(isWithin(areas)).executeTakeFirst();
  return change !== undefined;
}

/** Keeps the result for identical calls to come. */
export async function storeResult(
  tx: Tx,
  actor: Actor,
  at: string,
  change_id: number | null,
  result: object,
): Promise<void> {
  const { repeat } = actor;
  if (!repeat) return;
  const value = { change_id, result: JSON.stringify(result), arguments: repeat.fingerprint, at };
  await keepReplay(tx, { ...placeOf(actor), key: keyOf(repeat), ...value });
  if (change_id !== null && change_id % SWEEP_EVERY === 0) await forgetOldReplays(tx, at);
}

/** Drops results that are past every window. */
async function forgetOldReplays(tx: Tx, at: string): Promise<void> {
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

/** Whose results are whose: a guest's own are not the owner's, though both may be called `local`. */
function placeOf({ user_id, principal, tool, guest }: Actor) {
  return { user_id, principal: guest === undefined ? principal : guestly(guest, principal), tool };
}

function guestly(guest: string, principal: string): string {
  return `${guest}/${principal}`;
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
