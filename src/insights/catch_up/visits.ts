import type { Database, Tx } from "../../db/db.ts";
import { AppError } from "../../errors.ts";
import type { Log } from "../../log.ts";

/** Whose visit it is: a credential, through a client of this name, to one person's life. */
export interface Visitor {
  readonly user_id: string;
  readonly principal: string;
  readonly client: string;
}

/** A moment, and the newest change of the person at that time; 0 where there was none. */
export interface Mark {
  readonly at: string;
  readonly change_id: number;
}

/** The visit a client was last told at, and the one from which on it was told. */
export interface Visit extends Mark {
  readonly since: Mark | undefined;
}

/** What a client is told now: from where on, and whether it has heard some of it already. */
export interface Outlook {
  /** Absent where no earlier visit is known. */
  readonly since: Mark | undefined;
  readonly repeats: Visit | undefined;
}

/** A call so soon after a visit repeats what was told: an answer may have been lost on its way. */
const RETRY_MS = 5 * 60_000;

const KEPT_MS = 90 * 24 * 3600_000;

/** Of one person; clients name themselves as they like. */
const MOST = 100;

/** From where on a client is told what changed. */
export function outlookOf(last: Visit | undefined, now: Date): Outlook {
  const isRetry = last !== undefined && now.getTime() - Date.parse(last.at) < RETRY_MS;
  return isRetry ? { since: last.since, repeats: last } : { since: last, repeats: undefined };
}

/** Up to where each client was told what changed: no part of a life, and in no journal. */
export class Visits {
  constructor(private readonly parts: { readonly db: Database; readonly log: Log }) {}

  async last(visitor: Visitor): Promise<Visit | undefined> {
    return await lastVisit(this.parts.db.read, visitor);
  }

  /**
   * Notes that the client was told all up to now. A store that cannot be written to only has it told
   * the same again, so that goes to the log.
   *
   * @param last the visit that was found before; where there is another by now, that one stays
   */
  async note(visitor: Visitor, last: Visit | undefined, now: Mark): Promise<void> {
    const { db, log } = this.parts;
    try {
      await db.write(visitor.user_id, async (tx) => {
        const current = await lastVisit(tx, visitor);
        if (current?.at !== last?.at) return;
        await keep(tx, visitor, { ...now, since: last });
        await forgetOld(tx, visitor, now.at);
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "unavailable") throw error;
      log.warning("Cannot note the visit of {client} to {user_id}: {reason}", {
        ...visitor,
        reason: error.message,
      });
    }
  }
}

async function lastVisit(
  read: Pick<Tx, "selectFrom">,
  { user_id, principal, client }: Visitor,
): Promise<Visit | undefined> {
  const row = await read.selectFrom("visits").selectAll().where("user_id", "=", user_id)
    .where("principal", "=", principal).where("client", "=", client).executeTakeFirst();
  if (row === undefined) return undefined;
  const { at, change_id, since_at, since_change_id } = row;
  const isFirst = since_at === null || since_change_id === null;
  return {
    at,
    change_id,
    since: isFirst ? undefined : { at: since_at, change_id: since_change_id },
  };
}

async function keep(tx: Tx, visitor: Visitor, { at, change_id, since }: Visit): Promise<void> {
  const { user_id, principal, client } = visitor;
  const visit = {
    ...{ at, change_id },
    ...{ since_at: since?.at ?? null, since_change_id: since?.change_id ?? null },
  };
  await tx.insertInto("visits").values({ user_id, principal, client, ...visit })
    .onConflict((conflict) =>
      conflict.columns(["user_id", "principal", "client"]).doUpdateSet(visit)
    ).execute();
}

async function forgetOld(tx: Tx, { user_id }: Visitor, now: string): Promise<void> {
  const oldest = await tx.selectFrom("visits").select("at").where("user_id", "=", user_id)
    .orderBy("at", "desc").offset(MOST - 1).limit(1).executeTakeFirst();
  const end = new Date(Date.parse(now) - KEPT_MS).toISOString();
  await tx.deleteFrom("visits").where("user_id", "=", user_id)
    .where("at", "<", oldest && oldest.at > end ? oldest.at : end).execute();
}
