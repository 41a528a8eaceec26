/** A week of a life with something in every part of a summary. */
import { type Answer, startApp, type StoreKind, type TestApp } from "../harness.ts";

/** Ids by what things are called. */
export type Ids = Readonly<Record<string, number>>;

/** Berlin, on the afternoon of Thursday 19 November 2026. */
export async function livelyLife(
  store: StoreKind = "sqlite",
): Promise<TestApp & { ids: Ids }> {
  const app = await startApp({ store, zone: "Europe/Berlin", now: "2026-11-16T07:00:00Z" });
  const { call } = app.as("ada");
  const ids: Record<string, number> = {};
  const area = async (name: string, weight: number) => {
    const { life_area } = await call("save_life_area", { name, weight });
    ids[name] = life_area.id;
  };
  const goal = async (title: string, more: object = {}) => {
    ids[title] = (await call("create_goal", { title, ...more })).goal.id;
  };
  const task = async (title: string, more: object = {}) => {
    ids[title] = (await call("create_task", { title, ...more })).task.id;
  };
  const done = (title: string, more: object = {}) =>
    call("complete_task", { task_id: ids[title], ...more });
  const due = (title: string, due_date: string | null): Promise<Answer> =>
    call("update_task", { task_id: ids[title], due_date });
  const memory = async (content: string, more: object = {}) => {
    ids[content] = (await call("add_memory", { content, ...more })).memory.id;
  };
  const at = (time: string) => app.clock.now = new Date(time);

  await area("Health", 5);
  await area("Work", 3);
  await area("Family", 2);
  await goal("Run a half marathon", { life_area_id: ids["Health"] });
  await goal("Ship the autumn release", { life_area_id: ids["Work"] });
  await goal("Plan Christmas", { life_area_id: ids["Family"] });
  const [run, ship] = [ids["Run a half marathon"], ids["Ship the autumn release"]];
  await task("Renew the passport", { due_date: "2026-11-10", priority: "high" });
  await task("Run 8 km", { goal_id: run, due_date: "2026-11-17", estimated_duration: 50 });
  await task("Run 12 km", { goal_id: run, due_date: "2026-11-21", estimated_duration: 75 });
  await task("Strength training", { goal_id: run, due_date: "2026-11-18" });
  await task("Review the release notes", { goal_id: ship, due_date: "2026-11-17" });
  await task("Fix the [login] bug | today", { goal_id: ship, estimated_duration: 120 });
  await task("Announce the release", {
    goal_id: ship,
    due_date: "2026-11-19T17:00",
    priority: "urgent",
  });
  await task("Buy presents", { goal_id: ids["Plan Christmas"], due_date: "2026-11-24" });
  await task("Dentist", { due_date: "2026-11-25T09:30" });
  await task("Water the plants", { due_date: "2026-11-19" });
  at("2026-11-17T18:30:00Z");
  await done("Run 8 km", { actual_duration: 47 });
  await due("Review the release notes", "2026-11-19");
  await memory("Slept badly before the run; next time no coffee after 15:00");
  at("2026-11-18T09:00:00Z");
  await done("Fix the [login] bug | today", { actual_duration: 190 });
  await memory("The login bug came from a stale session cookie", {
    memory_type: "fact",
    goal_id: ship,
  });
  at("2026-11-19T08:15:00Z");
  await done("Review the release notes");
  await due("Strength training", "2026-11-20");
  await due("Buy presents", "2026-11-28");
  await goal("Learn the tango");
  await call("update_goal", { goal_id: ids["Learn the tango"], status: "completed" });
  at("2026-11-19T12:00:00Z");
  await done("Water the plants", { actual_duration: 5 });
  await memory("Ada and the team agreed to release on Thursdays only", {
    memory_type: "decision",
  });
  at("2026-11-19T14:00:00Z");
  await app.as("bob").call("create_task", { title: "Secret of Bob", due_date: "2026-11-19" });
  await app.as("bob").call("add_memory", { content: "Secret memory of Bob" });
  return Object.assign(app, { ids });
}
