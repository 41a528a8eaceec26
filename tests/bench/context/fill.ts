import { LOCAL_USER } from "../../../src/config.ts";
import type { TestApp } from "../../harness.ts";
import { randomFrom, Sentences } from "../search/sentences.ts";

const AREAS = ["Health", "Work", "Home", "Friends"];
const GOALS = 2000;
const TASKS = 8000;
const MEMORIES = 5000;
const AT_ONCE = 50;
/** Tasks are due, and were done, within so many days of today. */
const DAYS = 365;
const DONE = 0.7;
const DAY_MS = 24 * 3600 * 1000;

/** Writes the life of the local person as an assistant would, over the last year and into the next. */
export async function fillLife(app: TestApp): Promise<void> {
  const ada = app.as(LOCAL_USER);
  const random = randomFrom(6);
  const sentences = new Sentences(6);
  const day = (offset: number) => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);
  const anyDay = () => day(Math.round((2 * random() - 1) * DAYS));
  const areas: number[] = [];
  for (const [index, name] of AREAS.entries()) {
    areas.push((await ada.call("save_life_area", { name, weight: index + 1 })).life_area.id);
  }
  const goals: number[] = [];
  for (let index = 0; index < GOALS; index++) {
    const life_area_id = areas[index % areas.length];
    const { goal } = await ada.call("create_goal", { title: sentences.next(), life_area_id });
    goals.push(goal.id);
    if (index % AT_ONCE === 0) await othersToo();
  }
  for (let start = 0; start < TASKS; start += AT_ONCE) {
    const drafts = Array.from({ length: AT_ONCE }, () => ({
      title: sentences.next(),
      due_date: anyDay(),
      goal_id: goals[Math.floor(random() * goals.length)],
      estimated_duration: 5 + Math.floor(random() * 100),
    }));
    const { tasks } = await ada.call("create_tasks", { tasks: drafts });
    await othersToo();
    for (const { id } of tasks) {
      if (random() > DONE) continue;
      const completed_at = `${day(-Math.floor(random() * DAYS) - 1)}T12:00:00Z`;
      const actual_duration = 5 + Math.floor(random() * 100);
      await ada.call("complete_task", { task_id: id, completed_at, actual_duration });
    }
  }
  for (let index = 0; index < MEMORIES; index++) {
    const occurred_at = day(-Math.floor(random() * DAYS));
    await ada.call("add_memory", { content: `${index} ${sentences.next()}`, occurred_at });
    if (index % AT_ONCE === 0) await othersToo();
  }
}

/** What is written behind the calls has its turn. */
function othersToo(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
