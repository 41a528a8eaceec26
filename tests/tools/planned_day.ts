/** Plans of a day as a client is given them. */
import { type Answer, startApp, type StoreKind, type TestOptions } from "../harness.ts";
import { addEvents, addTasks, type Event, type Goal, type Task } from "../planning/day/lives.ts";

/** Monday, before work. */
export const MONDAY = "2026-11-23T07:00:00Z";

/** An hour that anybody can do at any time, but for what is given. */
export const task = (given: Partial<Task>): Task => ({
  ...{ status: "pending", priority: 3, due_date: null, estimated_duration: 60 },
  ...given,
});

/** A life that has nothing else, and what is asked. */
export interface Given extends TestOptions {
  readonly tasks?: readonly Partial<Task>[];
  readonly goals?: readonly Goal[];
  readonly events?: readonly Event[];
  readonly preferences?: object;
  readonly date?: string;
}

/** The plan of a day of a life that has nothing else. */
export async function planned(
  { tasks = [], goals = [], events = [], preferences, date, ...options }: Given,
) {
  await using app = await startApp({ now: MONDAY, serves: false, ...options });
  const ada = app.as("ada");
  if (preferences) await ada.call("update_preferences", preferences);
  await addTasks(app, "ada", tasks.map(task), goals);
  await addEvents(app, "ada", events);
  return await ada.call("plan_day", date === undefined ? {} : { date });
}

/** What is planned, as `title from-to`. */
export function timetable({ blocks }: Answer): string[] {
  return blocks.map(({ title, starts, ends }: Record<string, string>) =>
    `${title} ${starts?.slice(11, 16)}-${ends?.slice(11, 16)}`
  );
}

/** Somebody on that Monday. */
export const monday = (store: StoreKind = "sqlite") =>
  startApp({ store, now: MONDAY, serves: false });
