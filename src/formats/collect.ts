import type { Database } from "../db/db.ts";
import type { Records } from "../life/records.ts";
import type { Viewer } from "../life/scope.ts";
import { GOAL_STATUSES } from "../life/goals/goal.ts";
import { PRIORITIES, TASK_STATUSES } from "../life/tasks/task.ts";
import { Claims, type Document, type Items, type Kind, OWN } from "./document.ts";
import { type Held, readHeld } from "./held.ts";

/** What a person has, as far as the viewer sees it, oldest first; nothing of the trash, and no key. */
export async function collect(db: Pick<Database, "snapshot">, viewer: Viewer): Promise<Document> {
  const { user_id, areas } = viewer;
  const held = await db.snapshot((read) => readHeld(read, { user_id, areas, trash: false }));
  const links = linksOf(held);
  return {
    ...(areas === undefined ? { profile: profileOf(held.user) } : {}),
    life_areas: held.life_area.map((area) => areaItem(held, area)),
    goals: held.goal.map((goal) => goalItem(held, goal, links)),
    tasks: held.task.map((task) => taskItem(held, task, links)),
    memories: held.memory.map((memory) => memoryItem(held, memory, links)),
  };
}

type Links = (kind: Kind, id: number | null) => string | null;

/** The names of what is told as well. */
function linksOf(held: Held): Links {
  const names = new Map<string, string>();
  for (const kind of ["life_area", "goal", "task", "memory"] as const) {
    for (const item of held[kind]) names.set(`${kind} ${item.id}`, held.uidOf(kind, item));
  }
  return (kind, id) => (id === null ? null : names.get(`${kind} ${id}`) ?? null);
}

function profileOf(user: Records["user"]): Document["profile"] {
  const { name, email, time_zone, week_start, work_start, work_end, work_days } = user;
  return { name, email, time_zone, week_start, work_start, work_end, work_days };
}

function areaItem(held: Held, record: Records["life_area"]): Items["life_area"] {
  const { name, weight, color, description } = record;
  return {
    ...headOf(held, "life_area", record),
    ...{ name, weight, color, description, private: record.private === 1 },
    ...tailOf(held, "life_area", record),
  };
}

function goalItem(held: Held, record: Records["goal"], link: Links): Items["goal"] {
  const { title, description, target_date, completed_at } = record;
  return {
    ...headOf(held, "goal", record),
    ...{ title, description, status: goalStatus(record.status), target_date },
    life_area: link("life_area", record.life_area_id),
    parent_goal: link("goal", record.parent_goal_id),
    completed_at,
    ...tailOf(held, "goal", record),
  };
}

function taskItem(held: Held, record: Records["task"], link: Links): Items["task"] {
  const { title, description, due_date, estimated_duration, actual_duration, tags } = record;
  const { completed_at, recurrence, recurrence_start, occurrence_date } = record;
  return {
    ...headOf(held, "task", record),
    ...{ title, description, status: taskStatus(record.status) },
    priority: PRIORITIES[record.priority - 1] ?? "medium",
    ...{ due_date, estimated_duration, actual_duration, completed_at },
    ...{ recurrence, recurrence_start, occurrence_date, tags },
    goal: link("goal", record.goal_id),
    parent_task: link("task", record.parent_task_id),
    depends_on: record.depends_on.map((id) => link("task", id)).filter((uid) => uid !== null),
    next_task: link("task", record.next_task_id),
    ...tailOf(held, "task", record),
  };
}

function memoryItem(held: Held, record: Records["memory"], link: Links): Items["memory"] {
  const { content, memory_type, metadata, occurred_at } = record;
  return {
    ...headOf(held, "memory", record),
    ...{ content, memory_type, metadata: metadata === null ? null : JSON.parse(metadata) },
    occurred_at,
    goal: link("goal", record.goal_id),
    task: link("task", record.task_id),
    superseded_by: link("memory", record.superseded_by),
    ...claimsOf(held, record),
    ...tailOf(held, "memory", record),
  };
}

/** How a memory came to be: where a file told that, as the file did. */
function claimsOf(held: Held, { id, source, client }: Records["memory"]): Claims {
  const own = held.originsOf("memory", id)
    .find((origin) => origin.source === OWN && !origin.alias && !origin.undone);
  return { source, client, ...Claims.parse(own?.imported?.["claims"] ?? {}) };
}

const goalStatus = (text: string) => GOAL_STATUSES.find((status) => status === text);
const taskStatus = (text: string) => TASK_STATUSES.find((status) => status === text);

type Stamped = { id: number; user_id: string; created_at: string; updated_at: string };

function headOf(held: Held, kind: Kind, record: Stamped) {
  return { uid: held.uidOf(kind, record) };
}

function tailOf(held: Held, kind: Kind, { id, created_at, updated_at }: Stamped) {
  const origins = held.originsOf(kind, id).filter(({ source }) => source !== OWN)
    .map(({ source, external_id }) => ({ source, id: external_id }));
  return { created_at, updated_at, ...(origins.length > 0 ? { origins } : {}) };
}
