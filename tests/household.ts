/** Lives of which some life areas are open, by a narrow key or a share, and all else is not. */
import type { KeyInput } from "../src/auth/keys.ts";
import type { Role } from "../src/life/scope.ts";
import type { Answer, Caller, TestApp } from "./harness.ts";

/** Ids of what a life holds. */
export interface Furnished {
  readonly open: Ids;
  readonly closed: Ids;
}

export interface Ids {
  readonly area: number;
  readonly goal: number;
  /** A second goal of the area, with a parent in the other part. */
  readonly below: number;
  readonly task: number;
  /** A memory about the task. */
  readonly memory: number;
  /** The change that made the task. */
  readonly change: number;
}

/**
 * A life of two areas with goals, tasks and memories that refer to each other in every way there is. What is
 * open is called so, what is not has the word `secret` in every text.
 */
export async function furnish(app: TestApp, user: string): Promise<Furnished> {
  const { call } = app.as(user, { client: "owner" });
  const [open, closed] = [await part(call, `${user} open`), await part(call, `${user} secret`)];
  const secret = { title: `${user} secret`, description: "secret" };
  await call("update_goal", { goal_id: open.below, parent_goal_id: closed.below });
  await call("update_goal", { goal_id: closed.below, parent_goal_id: open.goal });
  await call("create_goal", { ...secret, title: `${user} secret, in no area` });
  await call("create_task", { ...secret, title: `${user} secret, of no goal`, tags: ["secret"] });
  await call("create_task", { ...secret, goal_id: closed.below, depends_on: [open.task] });
  await call("create_task", { ...secret, parent_task_id: open.task });
  await call("update_task", { task_id: open.task, depends_on: [closed.task] });
  await call("add_memory", { content: `${user} secret, about nothing`, memory_type: "secret" });
  await call("add_memory", { content: `${user} secret, of before`, goal_id: closed.goal });
  return { open, closed };
}

async function part(call: Caller["call"], name: string): Promise<Ids> {
  const { life_area } = await call("save_life_area", { name });
  const given = { life_area_id: life_area.id, description: name, target_date: "2026-12-24" };
  const { goal } = await call("create_goal", { ...given, title: name });
  const { goal: below } = await call("create_goal", { ...given, title: `${name}, below` });
  const { task, change_id } = await call("create_task", {
    title: name,
    description: name,
    goal_id: goal.id,
    due_date: "2026-11-25",
    tags: [name],
  });
  const { memory } = await call("add_memory", { content: name, task_id: task.id });
  return {
    ...{ area: life_area.id, goal: goal.id, below: below.id, task: task.id },
    ...{ memory: memory.id, change: change_id },
  };
}

/** Whoever holds a new key of this person. */
export async function holder(
  app: TestApp,
  given: Partial<KeyInput> & { user_id: string },
): Promise<Caller> {
  const { keys } = await app.app.auth();
  const level = given.level ?? "read_write";
  const { key } = await keys.create({ name: "test", expires_at: null, ...given, level });
  return await app.holding(key);
}

export async function share(
  { app }: TestApp,
  owner: string,
  area: number,
  guest: string,
  role: Role,
): Promise<void> {
  await app.life.shares.share(owner, String(area), guest, role);
}

export async function unshare({ app }: TestApp, owner: string, area: number, guest: string) {
  await app.life.shares.unshare(owner, String(area), guest);
}

/** Every argument of every tool that names an item, with the ids of one part of a life. */
export function naming(ids: Ids, own: Ids): readonly (readonly [string, object])[] {
  const { area, goal, task, memory, change } = ids;
  return [
    ["list_goals", { life_area_id: area }],
    ["list_tasks", { goal_id: goal }],
    ["get_goal", { goal_id: goal }],
    ["get_task", { task_id: task }],
    ["analyze_progress", { goal_id: goal }],
    ["update_goal", { goal_id: goal, title: "Mine now" }],
    ["update_goal", { goal_id: goal, life_area_id: own.area }],
    ["update_task", { task_id: task, goal_id: own.goal }],
    ["update_goal", { goal_id: goal }],
    ["delete_goal", { goal_id: goal }],
    ["create_goal", { title: "New", life_area_id: own.area, parent_goal_id: goal }],
    ["create_goal", { title: "New", life_area_id: area }],
    ["update_goal", { goal_id: own.goal, parent_goal_id: goal }],
    ["update_goal", { goal_id: own.goal, life_area_id: area }],
    ["save_life_area", { life_area_id: area, name: "Mine now" }],
    ["update_task", { task_id: task, title: "Mine now" }],
    ["update_task", { task_id: task }],
    ["complete_task", { task_id: task }],
    ["delete_task", { task_id: task }],
    ["create_task", { title: "New", goal_id: goal }],
    ["create_task", { title: "New", goal_id: own.goal, parent_task_id: task }],
    ["create_task", { title: "New", goal_id: own.goal, depends_on: [task] }],
    ["create_tasks", {
      tasks: [{ title: "New", goal_id: own.goal }, { title: "x", goal_id: goal }],
    }],
    [
      "create_tasks",
      {
        tasks: [
          { title: "New", goal_id: own.goal },
          { title: "New", goal_id: own.goal, parent_task_id: "#1", depends_on: ["#1", task] },
        ],
      },
    ],
    ["update_task", { task_id: own.task, goal_id: goal }],
    ["update_task", { task_id: own.task, parent_task_id: task }],
    ["update_task", { task_id: own.task, depends_on: [task] }],
    ["add_memory", { content: "New", goal_id: goal }],
    ["add_memory", { content: "New", task_id: task }],
    ["add_memory", { content: "New", goal_id: own.goal, supersedes: memory }],
    ["update_memory", { memory_id: memory, content: "Mine now" }],
    ["update_memory", { memory_id: memory }],
    ["update_memory", { memory_id: memory, goal_id: own.goal }],
    ["update_memory", { memory_id: own.memory, goal_id: goal }],
    ["update_memory", { memory_id: own.memory, task_id: task }],
    ["forget_memory", { memory_id: memory }],
    ["undo", { change_id: change }],
  ];
}

const NOBODYS: Ids = {
  ...{ area: 9999, goal: 9999, below: 9999, task: 9999 },
  ...{ memory: 9999, change: 9999 },
};

/** What of these calls is answered otherwise than with the words for an id that nobody has. */
export async function found(caller: Caller, ids: Ids, own: Ids): Promise<string[]> {
  const unknown = naming(NOBODYS, own);
  const wrong: string[] = [];
  for (const [index, [tool, args]] of naming(ids, own).entries()) {
    const [, without] = unknown[index] ?? [tool, {}];
    const refused = await caller.refused(tool, args);
    const nobodys = await caller.refused(tool, without);
    const same = refused.replaceAll(/\d+/g, "N") === nobodys.replaceAll(/\d+/g, "N");
    if (!same || !/^not_found: /.test(refused)) {
      wrong.push(`${tool} ${JSON.stringify(args)}: ${refused}`);
    }
  }
  return wrong;
}

/** All that the lists of a caller say, whatever is asked for. */
export async function allSeen(caller: Caller, ids: Ids): Promise<Answer[]> {
  const calls: readonly (readonly [string, object])[] = [
    ["list_goals", { limit: 100 }],
    ["list_goals", { limit: 1 }],
    ["list_goals", { status: "active", query: "e" }],
    ["list_goals", { life_area_id: ids.area }],
    ["get_goal", { goal_id: ids.goal }],
    ["get_goal", { goal_id: ids.below }],
    ["list_life_areas", {}],
    ["list_tasks", { limit: 100 }],
    ["list_tasks", { status: "pending", priority: "medium", query: "e" }],
    ["list_tasks", { ready: false, due_before: "2027-01-01" }],
    ["list_tasks", { goal_id: ids.goal }],
    ["get_task", { task_id: ids.task }],
    ["list_goals", { query: "what nobody knows" }],
    ["list_tasks", { query: "what nobody knows" }],
    ["list_memories", { limit: 100 }],
    ["list_memories", { limit: 1 }],
    ["search_memory", { query: "a secret that is open", limit: 50 }],
    ["search_memory", { query: "secrte", since: "2026-01-01", limit: 50 }],
    ["query_user_stats", {}],
    ["analyze_progress", {}],
    ["analyze_progress", { goal_id: ids.goal, period: "1y" }],
    ["query_data", { sql: "select title, description from goals" }],
    ["query_data", { sql: "select title, description from tasks" }],
    ["query_data", { sql: "select * from memories, life_areas" }],
    ["list_changes", { limit: 100 }],
    ["catch_up", { budget: 8000 }],
    ["list_changes", { client: "owner", since: "2026-01-01", limit: 100 }],
  ];
  const answers: Answer[] = [];
  for (const [tool, args] of calls) answers.push(await caller.call(tool, args));
  return answers;
}
