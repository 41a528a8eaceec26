import { AppError } from "../../errors.ts";
import { type RawBuilder, sql } from "kysely";
import { echoOf, type ResolvedInstant } from "../dates.ts";
import { Elsewhere } from "../guests.ts";
import type { Draft } from "../journal.ts";
import { isWithin } from "../scope.ts";

/** Which changes to undo: exactly one of `change_id`, `last`, or `since` with `client`. */
export interface UndoChoice {
  readonly change_id?: number | undefined;
  /** With `client`: the last of that client. */
  readonly last?: boolean | undefined;
  readonly since?: string | undefined;
  readonly client?: string | undefined;
}

/** The tool whose changes reverse others. */
export const UNDO = "undo";

/** The tools that create people: one who was undone could not call undo again. */
const CREATIONS = ["users create", "users sign_up"];

/** Begins the tools with which the operator manages people. */
const OPERATOR = "users ";

/** So many changes at most are reversed at once. */
const MOST = 1000;

/**
 * The ids of the chosen changes, newest first.
 *
 * @throws AppError `invalid_input` for an unclear choice, `not_found` when nothing matches,
 *   `conflict` when the change was undone already
 */
export async function chosenChanges(
  draft: Draft,
  { change_id, last, client }: UndoChoice,
  since: ResolvedInstant | undefined,
): Promise<number[]> {
  const ways = [change_id !== undefined, last === true, since !== undefined].filter(Boolean).length;
  if (ways !== 1 || (change_id !== undefined && client !== undefined)) {
    throw new AppError(
      "invalid_input",
      `Cannot undo as ${ways === 0 ? "nothing is chosen" : "the choice is not clear"}`,
      "name one of change_id, last, or since together with client",
    );
  }
  if (change_id !== undefined) return [await oneChange(draft, change_id)];
  if (last) return [await lastChange(draft, client)];
  if (since === undefined || client === undefined) {
    throw new AppError(
      "invalid_input",
      "Cannot undo a span of time as client is missing",
      "name the client; list_changes shows them",
    );
  }
  return await changesSince(draft, since, client);
}

async function oneChange(draft: Draft, id: number): Promise<number> {
  const change = await draft.tx.selectFrom("changes")
    .select(["user_id", "undone_by", "stands", "tool"]).select(reachOf(draft).as("reachable"))
    .where("id", "=", id).executeTakeFirst();
  const refusal = new AppError(
    "not_found",
    `Cannot find change ${id}`,
    "list_changes or selfos history, which show the ids",
  );
  if (change === undefined) throw refusal;
  if (change.user_id !== draft.user_id) {
    throw new Elsewhere(refusal, change.user_id, `change ${id}`);
  }
  if (!change.reachable) throw refusal;
  if (change.stands === 0) {
    throw new AppError(
      "conflict",
      `Cannot undo change ${id} as change ${change.undone_by} undid it already`,
      `undo change ${change.undone_by} to bring it back`,
    );
  }
  if (change.tool.startsWith(OPERATOR) && !draft.actor.operator) {
    throw new AppError(
      "permission_denied",
      `Cannot undo change ${id} as the operator made it with ${change.tool}`,
      `selfos undo ${id} --user ${draft.user_id}`,
    );
  }
  if (CREATIONS.includes(change.tool)) {
    throw new AppError(
      "conflict",
      `Cannot undo change ${id} as it created the person`,
      `selfos users delete ${draft.user_id}`,
    );
  }
  return id;
}

async function lastChange(draft: Draft, client: string | undefined): Promise<number> {
  let query = draft.tx.selectFrom("changes").select("id")
    .where("user_id", "=", draft.user_id).where("stands", "=", 1)
    .where("tool", "<>", UNDO).where(isOpenTo(draft)).where(reachOf(draft));
  if (client !== undefined) query = query.where("client", "=", client);
  const change = await query.orderBy("id", "desc").limit(1).executeTakeFirst();
  if (change) return change.id;
  throw new AppError(
    "not_found",
    `Cannot undo the last change${client === undefined ? "" : ` by ${client}`} as none stands`,
    "list_changes or selfos history, which show what was done and undone",
  );
}

async function changesSince(
  draft: Draft,
  since: ResolvedInstant,
  client: string,
): Promise<number[]> {
  const rows = await draft.tx.selectFrom("changes").select(["id", "undone_by", "stands"])
    .where("user_id", "=", draft.user_id).where("client", "=", client)
    .where("at", ">=", since.instant).where(isOpenTo(draft)).where(reachOf(draft)).orderBy(
      "id",
      "desc",
    ).limit(MOST + 1).execute();
  if (rows.length > MOST) {
    throw new AppError(
      "invalid_input",
      `Cannot undo more than ${MOST} changes at once`,
      "choose a later since",
    );
  }
  const chosen = await withoutOwnUndos(draft, withoutUndoneElsewhere(rows));
  if (chosen.length > 0) return chosen;
  throw new AppError(
    "not_found",
    `Cannot undo changes by ${client} since ${echoOf(since.local)} as none stands`,
    "list_changes or selfos history, which show clients and times",
  );
}

/** Leaves out what a change that is not chosen has undone. */
function withoutUndoneElsewhere(rows: readonly Row[]): number[] {
  let chosen = rows;
  for (;;) {
    const ids = new Set(chosen.map(({ id }) => id));
    const kept = chosen.filter(({ undone_by, stands }) =>
      stands === 1 || (undone_by !== null && ids.has(undone_by))
    );
    if (kept.length === chosen.length) return kept.map(({ id }) => id);
    chosen = kept;
  }
}

interface Row {
  readonly id: number;
  readonly undone_by: number | null;
  readonly stands: number;
}

/** An undo goes together with all that it undid, where both are chosen: they cancel out. */
async function withoutOwnUndos(draft: Draft, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const undone = await draft.tx.selectFrom("changes").select(["id", "undone_by"])
    .where("undone_by", "in", ids).where("stands", "=", 0).execute();
  const cancelled = new Set<number>();
  for (const undo of new Set(undone.map(({ undone_by }) => undone_by))) {
    const targets = undone.filter(({ undone_by }) => undone_by === undo).map(({ id }) => id);
    if (undo === null || !targets.every((id) => ids.includes(id))) continue;
    for (const id of [undo, ...targets]) cancelled.add(id);
  }
  return ids.filter((id) => !cancelled.has(id));
}

/** Whether the actor undoes a change of this tool in passing. */
function isOpenTo({ actor }: Draft): RawBuilder<boolean> {
  return actor.operator
    ? sql<boolean>`tool not in (${sql.join(CREATIONS)})`
    : sql<boolean>`tool not like ${`${OPERATOR}%`}`;
}

/** Whether the actor may undo a change: a guest their own alone, and only in the areas that are open. */
export function reachOf({ actor }: Draft): RawBuilder<boolean> {
  const { areas, guest } = actor;
  if (areas === undefined) return sql<boolean>`1 = 1`;
  const within = isWithin(areas);
  return guest === undefined ? within : sql<boolean>`(changes.guest = ${guest} and ${within})`;
}
