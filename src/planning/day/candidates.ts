import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../db/db.ts";
import { addDays, dayAfter, type When } from "../../life/dates.ts";
import { inPart, partsOf, type Scope } from "../../life/scope.ts";
import { BLOCKED } from "../../life/tasks/list.ts";

/** An open task, with what decides when it is done. */
export interface Candidate {
  readonly id: number;
  readonly title: string;
  readonly status: string;
  /** 1 = urgent … 4 = low. */
  readonly priority: number;
  readonly due_date: When | null;
  /** Minutes, as the person thinks. */
  readonly estimated_duration: number | null;
  /** When its goal is to be reached. */
  readonly target_date: When | null;
  /** Of the life area of its goal; 0 without one. */
  readonly weight: number;
  /** 1 where it is one of those that are counted. */
  readonly counted: number;
  /** 1 where it has open subtasks, which are done in its place. */
  readonly divided: number;
  /** Whether it is done only where something that waits for it is. */
  readonly isOnlyNeeded: boolean;
  /** What has to be done before it. */
  readonly waits_for: readonly number[];
}

/** Tasks that may be done on a day, and how many there are in all. */
export interface Candidates {
  /** The first of those that are counted, with what waits for them and what they wait for. */
  readonly tasks: readonly Candidate[];
  /** Those that can be begun, and those that are due whether they can or not. */
  readonly total: number;
  /** Of the total, due on the day, or overdue. */
  readonly due: number;
  /** Of the total, due by then or soon after, or begun. */
  readonly pressing: number;
  /** Taken to be done by then; in no other number. */
  readonly between: number;
}

/** Which day, and from when on something else can be done before it. */
export interface Days {
  readonly date: When;
  /** What is due from here until the day before is taken to be done by then. */
  readonly since: When;
}

/** What is due within so many days after the day is due soon. */
export const SOON_DAYS = 7;

/** More than fit into a day. */
const MOST = 150;

/** So many are looked at that wait for some task. */
const WAITING = 1000;

/** So many steps it is followed what waits for what. */
const STEPS = 5;

/**
 * The person's own tasks that are seen and may be done on a day. What is due on the days before it that are
 * still to come is taken to be done by then; what belongs to a goal that is not active counts only once it is due.
 */
export async function candidatesFor(db: Database, own: Scope, days: Days): Promise<Candidates> {
  const tasks = new Tasks(db, own, days);
  const counts = await tasks.count();
  const found = new Map<number, Row>();
  const add = (rows: readonly Row[]) => {
    const fresh = rows.filter(({ id }) => !found.has(id));
    for (const row of fresh) found.set(row.id, row);
    return fresh.map(({ id }) => id);
  };
  let latest = add(await tasks.counted());
  for (let step = 0; step < STEPS && latest.length > 0; step++) {
    latest = add(await tasks.waitingFor(latest));
  }
  const meant = new Set(found.keys());
  const links = await tasks.links([...found.keys()]);
  for (let step = 0; step < STEPS; step++) {
    const missing = [...new Set([...links.values()].flat())].filter((id) => !found.has(id));
    const added = missing.length === 0 ? [] : add(await tasks.among(missing));
    if (added.length === 0) break;
    for (const [id, others] of await tasks.links(added)) links.set(id, others);
  }
  const linked = [...found.values()].map((row) => ({
    ...row,
    isOnlyNeeded: !meant.has(row.id),
    waits_for: links.get(row.id) ?? [],
  }));
  return { tasks: linked, ...counts };
}

type Row = Omit<Candidate, "waits_for" | "isOnlyNeeded">;
type Condition = RawBuilder<boolean>;

/** The open tasks that are seen. */
class Tasks {
  readonly #read: Database["read"];
  readonly #days: Days;
  readonly #own: Condition;
  readonly #open: Condition;
  readonly #divided: Condition;
  readonly #due: Condition;
  readonly #counted: Condition;

  constructor({ read }: Database, own: Scope, days: Days) {
    const [part] = partsOf(own);
    this.#read = read;
    this.#days = days;
    this.#own = sql`(${inPart("tasks", part)} and tasks.deleted_at is null and tasks.closed = 0)`;
    this.#open = sql`(${this.#own} and not ${isBetween("tasks", days)})`;
    this.#divided = isDivided(own);
    this.#due = sql`tasks.due_sort < ${dayAfter(days.date)}`;
    this.#counted = sql`(${this.#due} or (${ACTIVE} and not ${this.#divided}
      and (tasks.status = 'in_progress' or not ${BLOCKED})))`;
  }

  async count(): Promise<Omit<Candidates, "tasks">> {
    const between = isBetween("tasks", this.#days);
    const soon = sql`(tasks.due_sort < ${this.#afterSoon} or tasks.status = 'in_progress')`;
    const { rows: [counts] } = await sql<Omit<Candidates, "tasks">>`
      select count(case when not ${between} then 1 end) as total,
        count(case when not ${between} and ${this.#due} then 1 end) as due,
        count(case when not ${between} and ${soon} then 1 end) as pressing,
        count(case when ${between} then 1 end) as "between"
      from tasks left join goals on goals.id = tasks.goal_id
      where ${this.#own} and (${between} or ${this.#counted})`.execute(this.#read);
    return counts ?? { total: 0, due: 0, pressing: 0, between: 0 };
  }

  async counted(): Promise<Row[]> {
    return await this.#rows(this.#counted);
  }

  async waitingFor(ids: readonly number[]): Promise<Row[]> {
    const rows = await this.#read.selectFrom("task_dependencies").select("task_id").distinct()
      .where("depends_on_id", "in", ids).orderBy("task_id").limit(WAITING).execute();
    if (rows.length === 0) return [];
    const waiting = sql.join(rows.map(({ task_id }) => task_id));
    return await this.#rows(sql`(${ACTIVE} and not ${this.#due} and tasks.id in (${waiting}))`);
  }

  async among(ids: readonly number[]): Promise<Row[]> {
    return await this.#rows(sql`tasks.id in (${sql.join(ids)})`);
  }

  /** What these wait for, where they are not begun. */
  async links(task_ids: readonly number[]): Promise<Map<number, number[]>> {
    const waits = new Map<number, number[]>();
    if (task_ids.length === 0) return waits;
    const rows = await this.#read.selectFrom("task_dependencies as link")
      .innerJoin("tasks as task", "task.id", "link.task_id")
      .innerJoin("tasks as other", "other.id", "link.depends_on_id")
      .select(["link.task_id", "link.depends_on_id"])
      .where("link.task_id", "in", task_ids).where("task.status", "=", "pending")
      .where("other.deleted_at", "is", null).where("other.status", "<>", "completed")
      .where(sql<boolean>`not (other.closed = 0 and ${isBetween("other", this.#days)})`)
      .orderBy("link.task_id").orderBy("link.depends_on_id").execute();
    for (const { task_id, depends_on_id } of rows) {
      waits.set(task_id, [...waits.get(task_id) ?? [], depends_on_id]);
    }
    return waits;
  }

  get #afterSoon(): When {
    return addDays(this.#days.date, SOON_DAYS + 1);
  }

  /** What matters most first, as `inOrder` has it. */
  async #rows(where: Condition): Promise<Row[]> {
    const { rows } = await sql<Row>`
      select tasks.id, tasks.title, tasks.status, tasks.priority, tasks.due_date,
        tasks.estimated_duration, goals.target_date, coalesce(life_areas.weight, 0) as weight,
        case when ${this.#counted} then 1 else 0 end as counted,
        case when ${this.#divided} then 1 else 0 end as divided
      from tasks left join goals on goals.id = tasks.goal_id
        left join life_areas on life_areas.id = goals.life_area_id
      where ${this.#open} and ${where}
      order by case when ${this.#due} then 0 when tasks.due_sort < ${this.#afterSoon} then 1
          when tasks.status = 'in_progress' then 2 else 3 end,
        tasks.priority,
        case when tasks.due_sort <= ${this.#days.date} then '~' else tasks.due_sort end,
        coalesce(goals.target_sort, '~'), coalesce(life_areas.weight, 0) desc, tasks.id
      limit ${sql.lit(MOST)}`.execute(this.#read);
    return rows;
  }
}

/** Whether a task has open subtasks that are seen. */
export function isDivided(own: Scope): Condition {
  const [part] = partsOf(own);
  return sql`tasks.id in (select tasks.parent_task_id from tasks
    where tasks.parent_task_id is not null and ${inPart("tasks", part)}
      and tasks.deleted_at is null and tasks.closed = 0)`;
}

const ACTIVE: Condition = sql`coalesce(goals.status, 'active') = 'active'`;

/** Whether a task is due on a day before the one that is planned that is still to come. */
function isBetween(table: string, { date, since }: Days): Condition {
  const due = sql.ref(`${table}.due_sort`);
  return sql`(${due} >= ${since} and ${due} < ${date})`;
}
