import { sql } from "kysely";
import type { Database } from "../db/db.ts";
import { AppError, quote } from "../errors.ts";
import { echoOf, type ResolvedInstant, resolveInstant } from "../life/dates.ts";
import { type Page, type PageInfo, readPage } from "../life/paging.ts";
import { type Action, type AuditOutcome, DENIALS } from "./audit.ts";
import type { ChainedRow } from "./chain.ts";

/** One record, as it is shown. */
export type AuditRecord = ChainedRow;

/** Which records are wanted; those that fit all that is given. */
export interface AuditFilter extends Page {
  /** Whose life was meant, or who asked. */
  readonly person?: string | undefined;
  /** The credential. */
  readonly key?: string | undefined;
  readonly client?: string | undefined;
  readonly action?: Action | undefined;
  readonly target?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** Only what was refused to its asker. */
  readonly denied?: boolean | undefined;
  /** A day, RFC 3339, or words; from then on. */
  readonly since?: string | undefined;
  /** Before then. */
  readonly until?: string | undefined;
}

/** How the words of a filter about time are read. */
export interface Reader {
  readonly now: Date;
  /** Whose clock they mean. */
  readonly user_id: string;
}

/**
 * The records that fit, newest first.
 *
 * @throws AppError `not_found` for a person who was never here; `invalid_input` for a time or cursor
 */
export async function listRecords(
  db: Database,
  filter: AuditFilter,
  reader: Reader,
): Promise<{ records: AuditRecord[] } & PageInfo> {
  if (filter.person !== undefined) await zoneOf(db, filter.person);
  const since = await instantOf(db, "since", filter.since, reader);
  const until = await instantOf(db, "until", filter.until, reader);
  const all = recordsOf(db, filter, since, until);
  const order = { columns: ["id"], direction: "desc" } as const;
  const { rows, info } = await readPage(db, [all], order, filter);
  const resolved = {
    ...(since ? { since: echoOf(since.local) } : {}),
    ...(until ? { until: echoOf(until.local) } : {}),
  };
  return { records: rows, ...info, ...(since || until ? { resolved } : {}) };
}

/** The records that fit, in no order. */
export function recordsOf(
  { read }: Database,
  { person, key, client, action, target, outcome, denied }: AuditFilter,
  since?: ResolvedInstant,
  until?: ResolvedInstant,
) {
  let all = read.selectFrom("audit").selectAll();
  if (person !== undefined) {
    all = all.where((eb) => eb.or([eb("user_id", "=", person), eb("person", "=", person)]));
  }
  if (key !== undefined) all = all.where("principal", "=", key);
  if (client !== undefined) all = all.where("client", "=", client);
  if (action !== undefined) all = all.where("action", "=", action);
  if (target !== undefined) all = all.where("target", "=", target);
  if (outcome !== undefined) all = all.where("outcome", "=", outcome);
  if (denied) all = all.where("outcome", "in", DENIALS);
  // SQLite finds the index of failures by its own words alone.
  if (denied || (outcome ?? "ok") !== "ok") all = all.where(sql<boolean>`outcome <> 'ok'`);
  if (since) all = all.where("at", ">=", since.instant);
  if (until) all = all.where("at", "<", until.instant);
  return all;
}

async function instantOf(
  db: Database,
  field: string,
  text: string | undefined,
  { now, user_id }: Reader,
): Promise<ResolvedInstant | undefined> {
  if (text === undefined) return undefined;
  return await resolveInstant(text, {
    field,
    zone: await zoneOf(db, user_id),
    now,
    toward: "past",
  });
}

async function zoneOf(db: Database, user_id: string): Promise<string> {
  const person = await db.read.selectFrom("users").select("time_zone").where("id", "=", user_id)
    .executeTakeFirst();
  if (person !== undefined) return person.time_zone;
  throw new AppError(
    "not_found",
    `Cannot list records of ${quote(user_id)} as there is no such person`,
    "selfos users list",
  );
}
