import type { Tx } from "../db/db.ts";
import { deletePerson } from "../db/people.ts";
import { AppError, quote } from "../errors.ts";
import { momentOf } from "./dates.ts";
import { definedOf } from "./fields.ts";
import type { Actor } from "./actor.ts";
import { type Draft, type Receipt, type Store, write, writeForAnyone } from "./journal.ts";
import { noPerson } from "./people.ts";
import { shelves, type UserRecord } from "./records.ts";

export interface User {
  id: string;
  name: string | null;
  email: string | null;
  time_zone: string;
  /** First day of the week: monday to sunday. */
  week_start: string;
  /** `HH:MM-HH:MM` */
  work_hours: string;
  /** `mon` to `sun`. */
  work_days: string[];
  created_at: string;
  updated_at: string;
}

export interface UserInput {
  name?: string | undefined;
  email?: string | undefined;
  /** A canonical IANA name. */
  time_zone?: string | undefined;
  week_start?: string | undefined;
  work_hours?: string | undefined;
  work_days?: string | undefined;
}

/** What was removed of a person for good. */
export interface Erased {
  /** The person's id. */
  readonly erased: string;
  /** How many rows, by table. */
  readonly removed: Readonly<Record<string, number>>;
  /** Why bytes of them may still be in the files of the store; null where they are not. */
  readonly traces: string | null;
}

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** The people whose lives the store holds. */
export class Users {
  constructor(private readonly store: Store) {}

  async list(): Promise<{ users: User[] }> {
    const rows = await this.store.db.read.selectFrom("users").selectAll()
      .where("deleted_at", "is", null).orderBy("id").execute();
    return { users: rows.map(view) };
  }

  /** @throws AppError `not_found` */
  async get(user_id: string): Promise<{ user: User }> {
    const row = await this.store.db.read.selectFrom("users").selectAll()
      .where("id", "=", user_id).executeTakeFirst();
    if (row === undefined || row.deleted_at !== null) throw noPerson(user_id, row);
    return { user: view(row) };
  }

  /**
   * @param also what belongs to the person and is written with them, or not at all
   * @throws AppError `conflict` when the id is taken, also by someone in the trash
   */
  async create(
    actor: Actor,
    input: UserInput,
    also?: (tx: Tx) => Promise<void>,
  ): Promise<{ user: User } & Receipt> {
    return await writeForAnyone(this.store, actor, async (draft) => {
      if (draft.found) throw idTaken(draft.found);
      const record = { ...blank(draft, this.store.zone), ...definedOf(fieldsOf(input)) };
      const user = view(await draft.insert("user", record));
      await also?.(draft.tx);
      return { user };
    });
  }

  /** Creates the person unless the id is known already. */
  async ensure(actor: Actor): Promise<void> {
    const known = await this.store.db.read.selectFrom("users").select("id")
      .where("id", "=", actor.user_id).executeTakeFirst();
    if (known) return;
    await writeForAnyone(this.store, actor, async (draft) => {
      if (draft.found) return {};
      await draft.insert("user", blank(draft, this.store.zone));
      return {};
    });
  }

  /** Changes a person; with the time zone, times of day move to the new zone's clock. */
  async update(actor: Actor, input: UserInput): Promise<{ user: User } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const before = draft.person;
      const after = await draft.update("user", before, definedOf(fieldsOf(input)));
      if (after.time_zone !== before.time_zone) await moveClocks(draft, after.time_zone);
      return { user: view(after) };
    });
  }

  /** The person, also where they are in the trash. */
  async find(user_id: string): Promise<User | undefined> {
    const row = await this.store.db.read.selectFrom("users").selectAll()
      .where("id", "=", user_id).executeTakeFirst();
    return row && view(row);
  }

  /**
   * Removes the person and all that is theirs for good, also from the trash.
   *
   * @param also what is removed with it, or not at all
   * @throws AppError `not_found`
   */
  async purge(user_id: string, also?: (tx: Tx) => Promise<void>): Promise<Erased> {
    const { answer, traces } = await this.store.db.erase(user_id, async (tx) => {
      const removed = await deletePerson(tx, user_id);
      if (removed["users"] === 0) throw noPerson(user_id);
      await also?.(tx);
      return removed;
    });
    return { erased: user_id, removed: answer, traces };
  }

  /** Moves the person to the trash; their life stays as it is. */
  async delete(actor: Actor): Promise<{ user: User } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const before = draft.person;
      await draft.update("user", before, { deleted_at: draft.at });
      return { user: view(before) };
    });
  }
}

async function moveClocks(draft: Draft, zone: string): Promise<void> {
  const tasks = await draft.tx.selectFrom("tasks").select("id")
    .where("user_id", "=", draft.user_id).where("due_date", "like", "%T%").execute();
  for (const { id } of tasks) {
    const task = await shelves.task.find(draft.tx, id);
    if (task?.due_date) {
      await draft.update("task", task, { due_date: momentOf(task.due_date, zone) });
    }
  }
  const goals = await draft.tx.selectFrom("goals").select("id")
    .where("user_id", "=", draft.user_id).where("target_date", "like", "%T%").execute();
  for (const { id } of goals) {
    const goal = await shelves.goal.find(draft.tx, id);
    if (goal?.target_date) {
      await draft.update("goal", goal, { target_date: momentOf(goal.target_date, zone) });
    }
  }
}

function fieldsOf({ week_start, work_hours, work_days, ...rest }: UserInput) {
  return {
    ...rest,
    week_start: week_start === undefined ? undefined : dayNumber(week_start),
    work_days: work_days === undefined
      ? undefined
      : [...new Set(work_days.split(",").map(dayNumber))].sort().join(","),
    ...(work_hours === undefined ? {} : hoursOf(work_hours)),
  };
}

function dayNumber(text: string): number {
  const word = text.trim().toLowerCase();
  const index = word.length < 3 ? -1 : DAYS.findIndex((day) => day.startsWith(word));
  if (index >= 0) return index + 1;
  throw new AppError(
    "invalid_input",
    `Cannot read the weekday ${quote(text)}`,
    "write monday or mon",
  );
}

function hoursOf(text: string): { work_start: string; work_end: string } {
  const match = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.exec(text.trim());
  const [, work_start, work_end] = match ?? [];
  if (work_start && work_end && work_start < work_end) return { work_start, work_end };
  if (work_start && work_end && work_start !== work_end) {
    throw new AppError(
      "invalid_input",
      `Cannot use the working hours ${quote(text)} as they go past midnight`,
      `end them by 24:00: write ${work_start}-24:00`,
    );
  }
  throw new AppError(
    "invalid_input",
    `Cannot read the working hours ${quote(text)}`,
    "write 09:00-17:00",
  );
}

function idTaken({ id, deleted_at }: UserRecord): AppError {
  return new AppError(
    "conflict",
    `Cannot create the person "${id}" as the id is taken${
      deleted_at ? " by one in the trash" : ""
    }`,
    deleted_at ? `selfos undo --last --user ${id}, or choose another id` : "choose another id",
  );
}

function blank({ user_id, at }: Draft, zone: string | undefined): UserRecord {
  return {
    id: user_id,
    name: null,
    email: null,
    time_zone: zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    week_start: 1,
    work_start: "09:00",
    work_end: "17:00",
    work_days: "1,2,3,4,5",
    created_at: at,
    updated_at: at,
    deleted_at: null,
  };
}

function view(record: UserRecord): User {
  const { work_start, work_end, week_start, work_days, deleted_at: _, ...shown } = record;
  return {
    ...shown,
    week_start: DAYS[week_start - 1] ?? "monday",
    work_hours: `${work_start}-${work_end}`,
    work_days: work_days.split(",").map((day) => DAYS[Number(day) - 1]?.slice(0, 3) ?? day),
  };
}
