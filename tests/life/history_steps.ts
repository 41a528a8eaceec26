/** Random steps through a life, for properties over any history. */
import { AppError } from "../../src/errors.ts";
import { callTool } from "../../src/mcp/call.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import type { Answer, TestApp } from "../harness.ts";
import fc from "../properties.ts";

/** A step names things by position; the position is taken modulo what there is. */
export interface Step {
  readonly tool: string;
  readonly args: Record<string, unknown>;
}

type Table = "life_areas" | "goals" | "tasks" | "memories";
export type State = Record<Table, Record<string, unknown>[]>;

const at = fc.nat(20);
const title = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" })
  .filter((text) => text.trim() !== "" && !text.includes("\0"));
const day = fc.constantFrom("2026-11-25", "tomorrow", "2027-03-28T02:30", "next friday 5pm", null);
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const goal = {
  description: some(title),
  target_date: some(day),
  life_area_id: some(at),
  parent_goal_id: some(at),
};
const task = {
  goal_id: some(at),
  parent_task_id: some(at),
  depends_on: some(fc.array(at, { maxLength: 3 })),
  due_date: some(day),
  priority: some(fc.constantFrom("low", "medium", "high", "urgent")),
  tags: some(fc.array(fc.constantFrom("home", "Work", "errand"), { maxLength: 3 })),
  recurrence: some(fc.constantFrom("daily", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=DAILY;COUNT=2")),
};
const memory = {
  memory_type: some(fc.constantFrom("fact", "my own")),
  metadata: some(fc.constantFrom({ mood: 3 }, { of: { many: [1, "parts"] } })),
  occurred_at: some(fc.constantFrom("2026-11-20", "last friday 5pm")),
  goal_id: some(at),
};
const goalStatus = some(fc.constantFrom("active", "completed", "paused", "archived"));
const taskStatus = some(fc.constantFrom("pending", "in_progress", "completed", "cancelled"));

const step = (tool: string, args: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Step> =>
  fc.record({ tool: fc.constant(tool), args: fc.record(args) });

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    step("save_life_area", { name: title, life_area_id: some(at), weight: some(fc.nat(10)) }),
    step("create_goal", { title, ...goal }),
    step("update_goal", { goal_id: at, title: some(title), status: goalStatus, ...goal }),
    step("delete_goal", { goal_id: at }),
    step("create_task", { title, ...task }),
    step("create_task", { title, ...task }),
    step("create_tasks", {
      tasks: fc.array(fc.record({ title, due_date: some(day) }), { minLength: 1, maxLength: 4 }),
    }),
    step("update_task", { task_id: at, title: some(title), status: taskStatus, ...task }),
    step("complete_task", { task_id: at, actual_duration: some(fc.integer({ min: 1, max: 90 })) }),
    step("delete_task", { task_id: at }),
    step("add_memory", { content: title, supersedes: some(at), ...memory }),
    step("update_memory", { memory_id: at, content: some(title), ...memory }),
    step("forget_memory", { memory_id: at }),
  ),
  { minLength: 1, maxLength: 12 },
);

/** Where the items are that an argument names. */
export const TABLE_OF = {
  life_area_id: "life_areas",
  goal_id: "goals",
  parent_goal_id: "goals",
  task_id: "tasks",
  parent_task_id: "tasks",
  depends_on: "tasks",
  memory_id: "memories",
  supersedes: "memories",
} as const;

/** Takes the step for a person; `undefined` when it was refused, as many are. */
export async function take(
  app: TestApp,
  user_id: string,
  { tool, args }: Step,
  client?: string,
): Promise<Answer | undefined> {
  const state = await stateOf(app, user_id);
  const idAt = (table: keyof State, position: unknown) =>
    state[table][Number(position) % Math.max(1, state[table].length)]?.["id"];
  const given = Object.entries(args).filter(([, value]) => value !== undefined).map(
    ([name, value]) => {
      if (!(name in TABLE_OF)) return [name, value];
      const table = TABLE_OF[name as keyof typeof TABLE_OF];
      return [
        name,
        Array.isArray(value) ? value.map((one) => idAt(table, one)) : idAt(table, value),
      ];
    },
  );
  return await tryCall(app, user_id, tool, Object.fromEntries(given), client);
}

export async function tryCall(
  app: TestApp,
  user_id: string,
  tool: string,
  args: object,
  client = "test",
) {
  const exchange = silentExchange(client, AbortSignal.timeout(60_000));
  const principal = { user_id, level: "read_write", id: "local" } as const;
  try {
    return (await callTool(app.app.engine, principal, tool, args, exchange)).output;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/**
 * Everything of a person that is not in the trash, without time stamps of the rows themselves and what
 * the index by meaning notes.
 */
export async function stateOf(app: TestApp, user_id: string): Promise<State> {
  const { read } = app.app.db;
  const live = async (table: Table): Promise<Record<string, unknown>[]> => {
    const rows = await read.selectFrom(table).selectAll()
      .where("user_id", "=", user_id).where("deleted_at", "is", null).orderBy("id").execute();
    return rows.map(({ updated_at: _, ...row }) => ({ ...row, embedded: undefined }));
  };
  const tags = await read.selectFrom("task_tags").selectAll().orderBy("tag").execute();
  const links = await read.selectFrom("task_dependencies").selectAll().orderBy("depends_on_id")
    .execute();
  const tasks = (await live("tasks")).map((task) => ({
    ...task,
    tags: tags.filter(({ task_id }) => task_id === task["id"]).map(({ tag }) => tag),
    depends_on: links.filter(({ task_id }) => task_id === task["id"])
      .map(({ depends_on_id }) => depends_on_id),
  }));
  return {
    life_areas: await live("life_areas"),
    goals: await live("goals"),
    tasks,
    memories: await live("memories"),
  };
}

/** What must hold after any history: nothing live refers to the trash, and nothing is its own ancestor. */
export function brokenInvariants({ life_areas, goals, tasks, memories }: State): string[] {
  const ids = (rows: Record<string, unknown>[]) => new Set(rows.map(({ id }) => id));
  const [areaIds, goalIds, taskIds] = [ids(life_areas), ids(goals), ids(tasks)];
  const dangling = (rows: Record<string, unknown>[], column: string, known: Set<unknown>) =>
    rows.filter((row) => row[column] !== null && !known.has(row[column]))
      .map(({ id }) => `${column} of ${id} dangles`);
  return [
    ...dangling(goals, "life_area_id", areaIds),
    ...dangling(goals, "parent_goal_id", goalIds),
    ...dangling(tasks, "goal_id", goalIds),
    ...dangling(tasks, "parent_task_id", taskIds),
    ...cycles(goals, ({ parent_goal_id }) => [parent_goal_id]),
    ...cycles(tasks, ({ parent_task_id }) => [parent_task_id]),
    ...cycles(tasks, ({ depends_on }) => depends_on as unknown[]),
    ...cycles(memories, ({ superseded_by }) => [superseded_by]),
  ];
}

function cycles(
  rows: Record<string, unknown>[],
  next: (row: Record<string, unknown>) => unknown[],
): string[] {
  const byId = new Map(rows.map((row) => [row["id"], row]));
  return rows.filter((start) => {
    const seen = new Set<unknown>();
    const waiting = [...next(start)];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (id === start["id"]) return true;
      const row = byId.get(id);
      if (!row || seen.has(id)) continue;
      seen.add(id);
      waiting.push(...next(row));
    }
    return false;
  }).map(({ id }) => `${id} is its own ancestor`);
}
