import type { Tx } from "../../db/db.ts";
import { AppError, quote } from "../../errors.ts";
import type { Actor, Repeat } from "../actor.ts";
import type { Store } from "../journal.ts";
import { type Page, type PageInfo, readPage } from "../paging.ts";
import { KEYED_WINDOW_MS, KEYLESS_WINDOW_MS } from "../replays.ts";
import type { Viewer } from "../scope.ts";
import { scopeOf } from "../shares.ts";
import { hidingUnseen } from "./hiding.ts";
import { proposedItems } from "./items.ts";
import { briefLines, glimpseOf } from "./lines.ts";
import {
  decidedMeanwhile,
  glimpseIn,
  itemsIn,
  type Proposal,
  type ProposalRow,
  type ProposalStatus,
  refuseDecided,
  viewOf,
  type WholeProposal,
} from "./proposal.ts";
import type { Rehearsed } from "./rehearsed.ts";

type Reading = Pick<Tx, "selectFrom">;

/** A call that is proposed: its arguments, and the level at which it runs once it is approved. */
export interface ProposedCall {
  readonly arguments: object;
  readonly level: string;
  readonly repeat?: RepeatFor | undefined;
  /** The digest of the plan that it is to apply; that one is kept meanwhile. */
  readonly plan: string | null;
}

/** How a repeated identical call for a person is recognised. */
export interface RepeatFor extends Repeat {
  /** The person meant. */
  readonly person: string;
}

export interface ProposalFilter extends Page {
  status?: ProposalStatus | undefined;
}

/** So long a proposal waits. */
const LASTS_MS = 7 * 24 * 3600_000;

/** So many of one credential wait at once, so that one agent keeps no other from proposing. */
const MOST_PENDING = 200;

/** So long after its end it is still told what became of one. */
const KEPT_MS = 90 * 24 * 3600_000;

/** So many lines of each are told in a list. */
const LISTED_LINES = 5;

const LONGEST_REASON = 1000;

/** What agents want written, until a person decides. */
export class Proposals {
  constructor(private readonly store: Store) {}

  /**
   * Newest first; of a narrowed caller, only its own. What the viewer does not see is left out.
   *
   * @param viewer whose proposals, and who looks
   * @throws AppError `not_found` when the person does not exist or is in the trash
   */
  async list(
    viewer: Looking,
    { status, ...page }: ProposalFilter,
  ): Promise<{ proposals: Proposal[] } & PageInfo> {
    const { db, now } = this.store;
    const { user_id, areas, principal } = viewer;
    const scope = await scopeOf(db, viewer);
    const at = now().toISOString();
    let matching = db.read.selectFrom("proposals").select(COLUMNS).where("user_id", "=", user_id);
    if (areas !== undefined) matching = matching.where("principal", "=", principal);
    if (status === "pending" || status === "expired") {
      matching = matching.where("status", "=", "pending")
        .where("expires_at", status === "pending" ? ">" : "<=", at);
    } else if (status !== undefined) matching = matching.where("status", "=", status);
    const order = { columns: ["id"], direction: "desc" } as const;
    const { rows, info } = await readPage(db, [matching], order, page);
    const found = rows.map((row) => ({ row, owner: row.owner, glimpse: glimpseIn(row.glimpse) }));
    const hide = await hidingUnseen(db, found, scope);
    const proposals = found.map((one) => {
      const glimpse = hide(one);
      return { ...viewOf(one.row, glimpse, at), diff: briefLines(glimpse, LISTED_LINES) };
    });
    return { proposals, ...info };
  }

  /** All of one, as the person sees it. @throws AppError `not_found` */
  async get(user_id: string, id: number): Promise<WholeProposal> {
    const { db, now } = this.store;
    const row = await findIn(db.read, user_id, id);
    const all = itemsIn(row.items);
    const whole = { owner: row.owner, glimpse: { items: all, count: all.length } };
    const hide = await hidingUnseen(db, [whole], await scopeOf(db, { user_id }));
    const shown = hide(whole);
    return { ...viewOf(row, shown, now().toISOString()), items: shown.items };
  }

  /**
   * One that waits for a decision, as it is carried out.
   *
   * @throws AppError `not_found`; `conflict` where it is decided or over
   */
  async pending(user_id: string, id: number): Promise<ProposalRow> {
    const row = await findIn(this.store.db.read, user_id, id);
    refuseDecided(row, "approve", this.store.now().toISOString());
    return row;
  }

  /**
   * The proposal that an identical earlier call made, while that is recent.
   *
   * @throws AppError `conflict` when its idempotency key was used for something else
   */
  async repeated(actor: Actor, repeat: RepeatFor | undefined): Promise<Proposal | undefined> {
    const { db, now } = this.store;
    const row = await findRepeated(db.read, actor, repeat, now());
    return row && await this.#shown(row, actor);
  }

  /**
   * Keeps what a call would have written for the person of the credential to decide on.
   *
   * @returns the proposal of an identical earlier call, where there is one
   * @throws AppError `conflict` where too many wait already
   */
  async propose(
    actor: Actor,
    { arguments: args, level, repeat, plan }: ProposedCall,
    { owner, written }: Rehearsed,
  ): Promise<{ proposal: Proposal; replayed?: true }> {
    const { db, now } = this.store;
    const { user_id, principal, client, tool, areas } = actor;
    const at = now();
    const items = proposedItems(written);
    const row = {
      ...{ user_id, owner, principal, client, tool, level, status: "pending" },
      arguments: JSON.stringify(args),
      areas: areas === undefined ? null : JSON.stringify(areas),
      plan,
      items: JSON.stringify(items),
      glimpse: JSON.stringify(glimpseOf(items)),
      ...placeOf(repeat),
      at: at.toISOString(),
      expires_at: moved(at, LASTS_MS),
      ...{ decided_at: null, reason: null, change_id: null },
    };
    const { stored, replayed } = await db.write(user_id, async (tx) => {
      const earlier = await findRepeated(tx, actor, repeat, at);
      if (earlier) return { stored: earlier, replayed: true as const };
      await refuseTooMany(tx, actor, row.at);
      await tx.deleteFrom("proposals").where("user_id", "=", user_id)
        .where("expires_at", "<", moved(at, -KEPT_MS)).execute();
      const stored = await tx.insertInto("proposals").values(row).returning(COLUMNS)
        .executeTakeFirstOrThrow();
      return { stored };
    });
    return { proposal: await this.#shown(stored, actor), ...(replayed ? { replayed } : {}) };
  }

  /**
   * Decides against a proposal.
   *
   * @param reason what whoever proposed it is told
   * @throws AppError `not_found`; `conflict` where it is decided or over
   */
  async reject(user_id: string, id: number, reason: string | null): Promise<WholeProposal> {
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
      const [rejected] = await tx.updateTable("proposals")
        .set({ status: "rejected", decided_at, reason })
        .where("id", "=", id).where("status", "=", "pending").returning("id").execute();
      if (rejected === undefined) throw decidedMeanwhile(id, "reject");
    });
    return await this.get(user_id, id);
  }

  async #shown(row: ListedRow, viewer: Viewer): Promise<Proposal> {
    const { db, now } = this.store;
    const concerning = { owner: row.owner, glimpse: glimpseIn(row.glimpse) };
    const hide = await hidingUnseen(db, [concerning], await scopeOf(db, viewer));
    return viewOf(row, hide(concerning), now().toISOString());
  }
}

/** Whose proposals are looked at, and with which credential. */
type Looking = Viewer & Pick<Actor, "principal">;

/** All but what may be long. */
const COLUMNS = [
  ...["id", "user_id", "owner", "status", "principal", "level", "client", "tool"] as const,
  ...["areas", "plan", "glimpse", "repeat_key", "fingerprint", "at", "expires_at"] as const,
  ...["decided_at", "reason", "change_id"] as const,
] as const;

type ListedRow = Omit<ProposalRow, "items" | "arguments">;

async function findIn(db: Reading, user_id: string, id: number): Promise<ProposalRow> {
  const row = await db.selectFrom("proposals").selectAll()
    .where("id", "=", id).where("user_id", "=", user_id).executeTakeFirst();
  if (row !== undefined) return row;
  throw new AppError(
    "not_found",
    `Cannot find proposal ${id} of "${user_id}"`,
    "selfos proposals list",
  );
}

/** A key means one call; without one, an identical call that soon is the same, whatever was decided. */
async function findRepeated(
  db: Reading,
  { user_id, principal, tool }: Actor,
  repeat: RepeatFor | undefined,
  now: Date,
): Promise<ListedRow | undefined> {
  if (repeat === undefined) return undefined;
  const { key } = repeat;
  const { repeat_key, fingerprint } = placeOf(repeat);
  const since = moved(now, -(key === undefined ? KEYLESS_WINDOW_MS : KEYED_WINDOW_MS));
  const recent = db.selectFrom("proposals").select(COLUMNS)
    .where("user_id", "=", user_id).where("principal", "=", principal).where("tool", "=", tool)
    .where("at", ">", since).orderBy("id", "desc");
  const row =
    await (key === undefined
      ? recent.where("repeat_key", "is", null).where("fingerprint", "=", fingerprint)
      : recent.where("repeat_key", "=", repeat_key)).executeTakeFirst();
  if (row === undefined || row.fingerprint === fingerprint) return row;
  throw new AppError(
    "conflict",
    `Cannot propose ${tool} with idempotency_key ${quote(key)} as it was used with other ` +
      "arguments within 10 minutes",
    "use a new idempotency_key",
  );
}

/** By what a repetition is found; a key is one of a person, as everywhere. */
function placeOf(repeat: RepeatFor | undefined) {
  if (repeat === undefined) return { repeat_key: null, fingerprint: "" };
  const { key, fingerprint, person } = repeat;
  return {
    repeat_key: key === undefined ? null : `${person} ${key}`,
    fingerprint: `${person} ${fingerprint}`,
  };
}

async function refuseTooMany(
  tx: Tx,
  { user_id, principal }: Actor,
  at: string,
): Promise<void> {
  const { count } = await tx.selectFrom("proposals")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("user_id", "=", user_id).where("principal", "=", principal)
    .where("status", "=", "pending").where("expires_at", ">", at).executeTakeFirstOrThrow();
  if (count < MOST_PENDING) return;
  throw new AppError(
    "conflict",
    `Cannot propose more as ${MOST_PENDING} proposals of this key wait for "${user_id}"`,
    "ask the person to decide: selfos proposals list",
  );
}

function moved(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}
