import type { Database } from "../../db/db.ts";
import { AppError, quote } from "../../errors.ts";
import type { Actor, Repeat } from "../actor.ts";
import type { Store } from "../journal.ts";
import { type Page, type PageInfo, readPage } from "../paging.ts";
import { KEYED_WINDOW_MS, KEYLESS_WINDOW_MS } from "../replays.ts";
import type { Viewer } from "../scope.ts";
import { scopeOf } from "../shares.ts";
import { proposedItems } from "./items.ts";
import {
  type Proposal,
  type ProposalRow,
  type ProposalStatus,
  refuseDecided,
  viewOf,
} from "./proposal.ts";
import type { Rehearsed } from "./rehearsed.ts";

/** A call that is proposed: its arguments, and the level at which it runs once it is approved. */
export interface ProposedCall {
  readonly arguments: object;
  readonly level: string;
  readonly repeat?: Repeat | undefined;
}

export interface ProposalFilter extends Page {
  status?: ProposalStatus | undefined;
}

/** So long a proposal waits. */
const LASTS_MS = 7 * 24 * 3600_000;

/** So many of one person wait at once. */
const MOST_PENDING = 500;

const LONGEST_REASON = 1000;

/** What agents want written, until a person decides. */
export class Proposals {
  constructor(private readonly store: Store) {}

  /**
   * Newest first; of a narrowed caller, only its own, as others may be about what it does not see.
   *
   * @param viewer whose proposals, and who looks
   * @throws AppError `not_found` when the person does not exist or is in the trash
   */
  async list(
    viewer: Viewer & Pick<Actor, "principal">,
    { status, ...page }: ProposalFilter,
  ): Promise<{ proposals: Proposal[] } & PageInfo> {
    const { db, now } = this.store;
    const { user_id, areas, principal } = viewer;
    await scopeOf(db, viewer);
    const at = now().toISOString();
    let matching = db.read.selectFrom("proposals").selectAll().where("user_id", "=", user_id);
    if (areas !== undefined) matching = matching.where("principal", "=", principal);
    if (status === "pending" || status === "expired") {
      matching = matching.where("status", "=", "pending")
        .where("expires_at", status === "pending" ? ">" : "<=", at);
    } else if (status !== undefined) matching = matching.where("status", "=", status);
    const order = { columns: ["id"], direction: "desc" } as const;
    const { rows, info } = await readPage(db, [matching], order, page);
    return { proposals: rows.map((row) => viewOf(row, at)), ...info };
  }

  /** @throws AppError `not_found` */
  async get(user_id: string, id: number): Promise<Proposal> {
    return viewOf(await this.#find(user_id, id), this.store.now().toISOString());
  }

  /**
   * One that waits for a decision, as it is carried out.
   *
   * @throws AppError `not_found`; `conflict` where it is decided or over
   */
  async pending(user_id: string, id: number): Promise<ProposalRow> {
    const row = await this.#find(user_id, id);
    refuseDecided(row, "approve", this.store.now().toISOString());
    return row;
  }

  /**
   * The proposal that an identical earlier call made, while that is recent.
   *
   * @throws AppError `conflict` when its idempotency key was used for something else
   */
  async repeated(
    { user_id, principal, tool }: Actor,
    repeat: Repeat | undefined,
  ): Promise<Proposal | undefined> {
    if (repeat === undefined) return undefined;
    const { key, fingerprint } = repeat;
    const now = this.store.now();
    const window = key === undefined ? KEYLESS_WINDOW_MS : KEYED_WINDOW_MS;
    const since = new Date(now.getTime() - window).toISOString();
    const recent = this.store.db.read.selectFrom("proposals").selectAll()
      .where("user_id", "=", user_id).where("principal", "=", principal).where("tool", "=", tool)
      .where("at", ">", since).orderBy("id", "desc");
    const row =
      await (key === undefined
        ? recent.where("repeat_key", "is", null).where("fingerprint", "=", fingerprint)
          .where("status", "=", "pending")
        : recent.where("repeat_key", "=", key)).executeTakeFirst();
    if (row === undefined) return undefined;
    if (row.fingerprint === fingerprint) return viewOf(row, now.toISOString());
    throw new AppError(
      "conflict",
      `Cannot propose ${tool} with idempotency_key ${quote(key)} as it was used with other ` +
        "arguments within 10 minutes",
      "use a new idempotency_key",
    );
  }

  /**
   * Keeps what a call would have written for the person of the credential to decide on.
   *
   * @throws AppError `conflict` where too many wait already
   */
  async propose(
    actor: Actor,
    call: ProposedCall,
    { owner, written }: Rehearsed,
  ): Promise<Proposal> {
    const { db, now } = this.store;
    const { user_id, principal, client, tool, areas } = actor;
    const at = now().toISOString();
    const row = {
      ...{ user_id, owner, principal, client, tool, level: call.level, status: "pending", at },
      arguments: JSON.stringify(call.arguments),
      areas: areas === undefined ? null : JSON.stringify(areas),
      items: JSON.stringify(proposedItems(written)),
      repeat_key: call.repeat?.key ?? null,
      fingerprint: call.repeat?.fingerprint ?? "",
      expires_at: new Date(now().getTime() + LASTS_MS).toISOString(),
      ...{ decided_at: null, reason: null, change_id: null },
    };
    return await db.write(user_id, async (tx) => {
      const { count } = await tx.selectFrom("proposals")
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .where("user_id", "=", user_id).where("status", "=", "pending")
        .where("expires_at", ">", at).executeTakeFirstOrThrow();
      if (count >= MOST_PENDING) throw tooMany(user_id);
      const stored = await tx.insertInto("proposals").values(row).returningAll()
        .executeTakeFirstOrThrow();
      return viewOf(stored, at);
    });
  }

  /**
   * Decides against a proposal.
   *
   * @param reason what whoever proposed it is told
   * @throws AppError `not_found`; `conflict` where it is decided or over
   */
  async reject(user_id: string, id: number, reason: string | null): Promise<Proposal> {
    if (reason !== null && reason.length > LONGEST_REASON) {
      throw new AppError(
        "invalid_input",
        `Cannot reject proposal ${id} as the reason has ${reason.length} characters`,
        `say it in ${LONGEST_REASON}`,
      );
    }
    const { db, now } = this.store;
    const decided_at = now().toISOString();
    await db.write(user_id, async (tx) => {
      const row = await findIn(tx, user_id, id);
      refuseDecided(row, "reject", decided_at);
      await tx.updateTable("proposals").set({ status: "rejected", decided_at, reason })
        .where("id", "=", id).where("status", "=", "pending").execute();
    });
    return await this.get(user_id, id);
  }

  async #find(user_id: string, id: number): Promise<ProposalRow> {
    return await findIn(this.store.db.read, user_id, id);
  }
}

async function findIn(
  db: Database["read"],
  user_id: string,
  id: number,
): Promise<ProposalRow> {
  const row = await db.selectFrom("proposals").selectAll()
    .where("id", "=", id).where("user_id", "=", user_id).executeTakeFirst();
  if (row !== undefined) return row;
  throw new AppError(
    "not_found",
    `Cannot find proposal ${id} of "${user_id}"`,
    "selfos proposals list",
  );
}

function tooMany(user_id: string): AppError {
  return new AppError(
    "conflict",
    `Cannot propose more as ${MOST_PENDING} proposals wait for "${user_id}"`,
    "ask the person to decide: selfos proposals list",
  );
}
