import { z } from "zod";
import { dayOverview } from "../insights/day.ts";
import { profileOf } from "../insights/profile.ts";
import { weekOf } from "../insights/summaries/span.ts";
import { calendarOf } from "../insights/summaries/summary.ts";
import { today as localDay } from "../life/dates.ts";
import { Goal } from "../tools/goals.ts";
import { Preferences } from "../tools/insights/preferences.ts";
import { Memory } from "../tools/memory.ts";
import { Task } from "../tools/tasks.ts";
import { defineResource, lastModifiedWithLife, ownName } from "./resource.ts";

const Person = z.object({ user_id: z.string() });

/** A part of a list, and how many there are in all. */
const Tasks = z.object({ tasks: z.array(Task), total: z.int() });

/** What a day holds, as the resource and the prompts show it. */
export const Day = z.object({
  date: z.string(),
  weekday: z.string(),
  time_zone: z.string(),
  overdue: Tasks,
  due: Tasks,
  in_progress: Tasks,
  next: Tasks,
  done: Tasks,
  goals_due_soon: z.object({ goals: z.array(Goal), total: z.int() }),
  memories: z.object({ memories: z.array(Memory), total: z.int() }),
  withheld: z.int().optional(),
});

/** Who a person is, as the resource and the prompts show it. */
export const Profile = z.object({
  user: z.object({
    id: z.string(),
    name: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  }),
  preferences: Preferences.omit({ name: true }),
  active_goals: z.array(Goal.extend({ life_area: z.string().nullable() })),
  recent_achievements: z.array(z.object({
    kind: z.enum(["goal", "task"]),
    id: z.int(),
    title: z.string(),
    date: z.string(),
    weekday: z.string(),
    completed_at: z.string(),
  })),
  counts: z.record(z.string(), z.int()),
  withheld: z.int().optional(),
});

const today = defineResource({
  name: "today",
  title: "Today",
  description:
    "The person's day as it stands: overdue, due, in progress, ready next, done, goals due soon, memories.",
  uri: "selfos://users/{user_id}/today",
  annotations: { audience: ["user", "assistant"], priority: 0.9 },
  variables: Person,
  output: Day,

  async read(_, { db, actor, now }) {
    return await dayOverview(db, actor, now);
  },

  complete: { user_id: ownName },

  lastModified: lastModifiedWithLife,

  touchedBy({ user_id }) {
    return Promise.resolve([`selfos://users/${user_id}/today`]);
  },

  touchedByDay({ user_id }) {
    return Promise.resolve([`selfos://users/${user_id}/today`]);
  },

  async list({ db, actor, now }) {
    const { user_id } = actor;
    const calendar = await calendarOf(db, user_id);
    const day = localDay(now, calendar.zone);
    const week = weekOf(day, calendar);
    const form = "selfos://users/{user_id}";
    const own = `selfos://users/${user_id}`;
    return [
      { uri: `${own}/today` },
      { uri: `${own}/profile`, form: `${form}/profile` },
      {
        uri: `${own}/daily/${day}`,
        form: `${form}/daily/{date}`,
        title: `Summary of ${day}`,
      },
      {
        uri: `${own}/weekly/${week}`,
        form: `${form}/weekly/{week}`,
        title: `Summary of ${week}`,
      },
    ];
  },

  listTouchedBy({ user_id, items }) {
    return Promise.resolve(items.some(({ entity }) => entity === "user") ? [user_id] : []);
  },
});

const profile = defineResource({
  name: "profile",
  title: "Profile",
  description: "Who the person is: preferences, active goals with progress, recent achievements.",
  uri: "selfos://users/{user_id}/profile",
  ttl: 300,
  annotations: { audience: ["assistant"], priority: 0.8 },
  variables: Person,
  output: Profile,

  async read({ user_id }, { db, life, actor, now }) {
    const { user } = await life.users.get(user_id);
    return await profileOf(db, actor, user, now);
  },

  complete: { user_id: ownName },

  lastModified: lastModifiedWithLife,

  touchedBy({ user_id, items }) {
    const touched = items.some(({ entity }) => entity !== "memory");
    return Promise.resolve(touched ? [`selfos://users/${user_id}/profile`] : []);
  },

  touchedByDay({ user_id }) {
    return Promise.resolve([`selfos://users/${user_id}/profile`]);
  },
});

export const users = [today, profile];
