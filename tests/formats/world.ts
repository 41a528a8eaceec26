/** Lives that leave a store in some format, and come into another. */
import { ownerOf } from "../../src/app.ts";
import { collect } from "../../src/formats/collect.ts";
import {
  type ExportFormat,
  type ImportFormat,
  readAs,
  writeAs,
} from "../../src/formats/formats.ts";
import { importReading, rehearseImport } from "../../src/formats/import/import.ts";
import type { TestApp } from "../harness.ts";

/** Files by their paths; a single one has an empty path. */
export type Files = ReadonlyMap<string, string>;

export async function exported(
  { app }: TestApp,
  user: string,
  format: ExportFormat = "json",
): Promise<Files> {
  const { user: { time_zone } } = await app.life.users.get(user);
  return await writeAs(format, await collect(app.db, { user_id: user }), time_zone);
}

/** The only file. */
export async function exportedText(app: TestApp, user: string, format?: ExportFormat) {
  return [...(await exported(app, user, format)).values()].join("");
}

export interface Choice {
  skipBad?: boolean;
  rehearsal?: boolean;
  name?: string;
}

export async function imported(
  { app, clock }: TestApp,
  user: string,
  format: ImportFormat,
  given: string | Files,
  { skipBad = false, rehearsal = false, name = "file" }: Choice = {},
) {
  const files = typeof given === "string" ? new Map([[name, given]]) : given;
  const isFolder = !files.has("") && files.size > 1;
  const reading = await readAs(format, { name, files, isFolder, leftOut: [], unreadable: [] });
  const store = { db: app.db, events: app.events, now: () => clock.now };
  const actor = ownerOf(user, "import");
  if (rehearsal) {
    return { ...await rehearseImport(store, actor, reading, { skipBad }), change_id: null };
  }
  return await importReading(store, actor, reading, { skipBad });
}

export async function undone({ app }: TestApp, user: string) {
  return await app.life.history.undo(ownerOf(user, "undo"), { last: true });
}

export async function newPerson({ app }: TestApp, id: string) {
  await app.life.users.create(ownerOf(id, "users create"), {});
}

/** A life with something of everything, made with the tools. */
export async function liveALittle(app: TestApp, user: string): Promise<void> {
  const { call } = app.as(user);
  const { life_area } = await call("save_life_area", { name: "Home", weight: 2, private: true });
  const { goal: roof } = await call("create_goal", {
    ...{ title: 'Roof, "tight" <soon>', description: "# no heading\n> no quote\n\n- [ ] no task" },
    ...{ life_area_id: life_area.id, target_date: "next friday 5pm" },
  });
  const { goal: house } = await call("create_goal", { title: "House" });
  await call("update_goal", { goal_id: roof.id, parent_goal_id: house.id });
  const { tasks: [first, second] } = await call("create_tasks", {
    tasks: [
      {
        ...{
          title: "=SUM(A1)",
          goal_id: roof.id,
          tags: ["b;x\\", "a"],
          due_date: "2026-12-01T17:00",
        },
        ...{ recurrence: "every monday", description: `a,b;c\\n\n"${"äö".repeat(50)}` },
      },
      {
        title: "-1 'tis <!-- no -->",
        depends_on: ["#1"],
        priority: "urgent",
        due_date: "2026-12-02",
      },
    ],
  });
  await call("update_task", { task_id: first.id, depends_on: [] });
  await call("complete_task", { task_id: first.id, actual_duration: 30 });
  await call("create_task", { title: "Below", parent_task_id: second.id, estimated_duration: 15 });
  const { memory } = await call("add_memory", {
    ...{ content: "Slates\n## are\n> grey", metadata: { b: 1, a: [2, "<"] }, goal_id: roof.id },
  });
  await call("add_memory", { content: "Slates are blue", supersedes: memory.id });
  await call("create_task", { title: "Gone" });
  await call("delete_task", { task_id: (await call("list_tasks", { query: "Gone" })).tasks[0].id });
}
