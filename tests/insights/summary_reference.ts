/** A plain and slow account of a day or a week, from the images of the journal alone. */
import type { TestApp } from "../harness.ts";

// deno-lint-ignore no-explicit-any
type Image = Record<string, any>;

interface Change {
  readonly id: number;
  readonly at: string;
  readonly tool: string;
  readonly stands: number;
  readonly items: { entity: string; id: number; before: Image | null; after: Image }[];
}

/** What the journal tells of a person: every change, and every record as its last image has it. */
export interface Journal {
  readonly changes: readonly Change[];
  readonly user: Image;
  readonly records: Readonly<Record<"task" | "goal" | "memory" | "life_area", Map<number, Image>>>;
}

export async function journalOf({ app }: TestApp, user_id: string): Promise<Journal> {
  const { read } = app.db;
  const changes = await read.selectFrom("changes").selectAll().where("user_id", "=", user_id)
    .orderBy("id").execute();
  const rows = await read.selectFrom("change_items").selectAll()
    .where("change_id", "in", changes.map(({ id }) => id)).orderBy("change_id").orderBy("seq")
    .execute();
  const records = {
    ...{ task: new Map<number, Image>(), goal: new Map<number, Image>() },
    ...{ memory: new Map<number, Image>(), life_area: new Map<number, Image>() },
  };
  let user: Image = {};
  for (const { entity, entity_id, after } of rows) {
    const image = JSON.parse(after ?? "null");
    if (entity === "user") user = image;
    else records[entity as keyof typeof records].set(Number(entity_id), image);
  }
  return {
    ...{ user, records },
    changes: changes.map((change) => ({
      ...change,
      items: rows.filter(({ change_id }) => change_id === change.id).map((row) => ({
        entity: row.entity,
        id: Number(row.entity_id),
        before: JSON.parse(row.before ?? "null"),
        after: JSON.parse(row.after ?? "null"),
      })),
    })),
  };
}

/** The day that a clock in the zone shows at an instant. */
export function shownDay(instant: string | Date, zone: string): string {
  const options = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  return new Intl.DateTimeFormat("en-CA", options).format(new Date(instant));
}

export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The days of a week, found by trying the ones around it. */
export function daysOfWeek(week: string, weekStart: number): string[] {
  for (let day = `${Number(week.slice(0, 4)) - 1}-12-20`;; day = plusDays(day, 1)) {
    const days = Array.from({ length: 7 }, (_, index) => plusDays(day, index));
    if (weekdayOf(day) !== weekStart) continue;
    const thursday = days.find((one) => weekdayOf(one) === 4) ?? "";
    const number = 1 +
      Math.floor((Date.parse(thursday) - Date.parse(thursday.slice(0, 4))) / 6048e5);
    if (`${thursday.slice(0, 4)}-W${String(number).padStart(2, "0")}` === week) return days;
  }
}

/** What a summary must say of these days: ids in order, and all its numbers. */
export function expected(
  { user, records, changes }: Journal,
  days: readonly string[],
  now: Date,
  areas?: readonly number[],
) {
  const zone: string = user["time_zone"];
  const today = shownDay(now, zone);
  const [first = "", last = ""] = [days[0], days.at(-1)];
  const dayOf = (instant: string) => shownDay(instant, zone);
  const all = (name: keyof Journal["records"]) =>
    [...records[name].values()].filter(({ deleted_at }) => deleted_at === null);
  const goalOf = (id: number | null) => (id === null ? undefined : records.goal.get(id));
  const areaOf = (record: Image): number | null => {
    if ("status" in record && "life_area_id" in record) return record["life_area_id"];
    const goal = "task_id" in record && record["task_id"] !== null
      ? records.task.get(record["task_id"])?.["goal_id"] ?? null
      : record["goal_id"];
    return goalOf(goal)?.["life_area_id"] ?? null;
  };
  const isSeen = (record: Image) => areas === undefined || areas.includes(areaOf(record) ?? -1);
  const withheld = (["goal", "task", "memory"] as const)
    .reduce((sum, name) => sum + all(name).filter((record) => !isSeen(record)).length, 0);
  const by = (...keys: ((record: Image) => string | number)[]) => (a: Image, b: Image) => {
    for (const key of keys) if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1;
    return 0;
  };
  const id = (record: Image) => record["id"];
  const isOpen = ({ status }: Image) => status === "pending" || status === "in_progress";
  const dueDay = ({ due_date }: Image): string => (due_date ?? "~").slice(0, 10);
  const open = (isDue: (day: string) => boolean) =>
    all("task").filter((task) => isSeen(task) && isOpen(task) && isDue(dueDay(task)))
      .sort(by((task) => task["due_date"], (task) => task["priority"], id)).map(id);
  const hasToday = days.includes(today);

  const done = all("task").filter(isSeen).filter(({ status, completed_at }) =>
    status === "completed" && days.includes(dayOf(completed_at))
  ).sort(by((task) => task["completed_at"], id));
  const reached = all("goal").filter(isSeen).filter(({ completed_at }) =>
    completed_at !== null && days.includes(dayOf(completed_at))
  ).sort(by((goal) => goal["completed_at"], id));
  const lists = {
    done: done.map(id),
    reached: reached.map(id),
    not_done: open((day) => day < today && (hasToday || days.includes(day))),
    due: open((day) => day >= today && days.includes(day)),
    coming: open((day) => day > last && day <= plusDays(last, 7)),
  };
  const memories = all("memory").filter(({ occurred_at, created_at }) =>
    days.includes(occurred_at === null ? dayOf(created_at) : occurred_at.slice(0, 10))
  );
  const successor = (memory: Image): Image | undefined => {
    const next = records.memory.get(memory["superseded_by"] ?? -1);
    return next === undefined || next["deleted_at"] === null ? next : successor(next);
  };
  const standing = memories.filter((memory) => {
    const next = successor(memory);
    return next === undefined || (isSeen(memory) && !isSeen(next));
  });
  const moved = movesIn();
  const shownMoves = moved.filter(({ task, isInReach }) => isSeen(task) && isInReach);

  return {
    from: first,
    to: last,
    today,
    ...lists,
    moved: shownMoves.map(({ task, from, to }) => ({ id: id(task), from, to }))
      .sort(by(({ to }) => to ?? "~", id)),
    memories: standing.filter(isSeen).map(id).sort((a, b) => a - b),
    goals: advanced(),
    ...balance(),
    ...(areas === undefined ? {} : { withheld }),
  };

  function movesIn() {
    const moves = new Map<number, { from: string | null; to: string | null; isInReach: boolean }>();
    for (const { id: change_id, at, tool, stands, items } of changes) {
      if (tool === "undo" || stands !== 1 || !days.includes(dayOf(at))) continue;
      for (const { entity, id, before, after } of items) {
        if (entity !== "task" || before === null || isSame(before["due_date"], after["due_date"])) {
          continue;
        }
        const earlier = moves.get(id);
        const isInReach = areas === undefined ||
          [before, after].every((task) => areas.includes(areaAt(task, change_id) ?? -1));
        moves.set(id, {
          from: earlier ? earlier.from : before["due_date"],
          to: after["due_date"],
          isInReach: isInReach && (earlier?.isInReach ?? true),
        });
      }
    }
    return [...moves].filter(([, { from, to }]) => !isSame(from, to)).flatMap(([id, move]) => {
      const task = records.task.get(id);
      return task === undefined || task["deleted_at"] !== null ? [] : [{ task, ...move }];
    });
  }

  /** The area of a task at a change: that of its goal then. */
  function areaAt(task: Image, change_id: number): number | null {
    let area: number | null = null;
    for (const change of changes) {
      if (change.id > change_id) break;
      for (const { entity, id, after } of change.items) {
        if (entity === "goal" && id === task["goal_id"]) area = after["life_area_id"];
      }
    }
    return area;
  }

  function advanced() {
    const goals = new Set(done.map(({ goal_id }) => goal_id).filter((goal) => goal !== null));
    const below = (root: number): number[] => [
      root,
      ...all("goal").filter((goal) => goal["parent_goal_id"] === root && isSeen(goal)).map(id)
        .flatMap(below),
    ];
    return [...goals].map((goal) => {
      const tree = below(goal);
      const tasks = all("task").filter(({ goal_id, status }) =>
        tree.includes(goal_id) && status !== "cancelled"
      );
      const completed = tasks.filter(({ status }) => status === "completed").length;
      return {
        id: goal,
        done: done.filter(({ goal_id }) => tree.includes(goal_id)).length,
        ...{ tasks: tasks.length, completed },
      };
    }).sort(by((goal) => -goal["done"], id));
  }

  function balance() {
    const time = (tasks: Image[]) =>
      tasks.reduce(
        (sum, task) => sum + (task["actual_duration"] ?? task["estimated_duration"] ?? 0),
        0,
      );
    const without = done.filter(({ actual_duration, estimated_duration }) =>
      actual_duration === null && estimated_duration === null
    );
    const own = all("life_area").filter(({ id }) => areas === undefined || areas.includes(id));
    const weights = own.reduce((sum, { weight }) => sum + weight, 0);
    const rows = [...own, { id: null, weight: null }].map((area) => {
      const tasks = done.filter((task) => areaOf(task) === area["id"]);
      const weight_share = area["weight"] === null || weights === 0
        ? null
        : area["weight"] / weights;
      const time_share = time(done) === 0 ? null : time(tasks) / time(done);
      return { id: area["id"], done: tasks.length, minutes: time(tasks), weight_share, time_share };
    }).filter((area) => area.id !== null || area.done > 0);
    return {
      life_areas: done.length === 0 ? [] : rows.sort(by((area) => area["id"] ?? Infinity)),
      minutes: time(done),
      without_minutes: without.length,
    };
  }
}

/** Whether two due dates are the same day, or moments at the same instant. */
function isSame(a: string | null, b: string | null): boolean {
  if (a === b) return true;
  if (a === null || b === null || a.length === 10 || b.length === 10) return false;
  return Date.parse(a) === Date.parse(b);
}

function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}
