import { z } from "zod";
import { summaryMarkdown } from "../insights/summaries/markdown.ts";
import { datesLike, weeksLike } from "../insights/summaries/names.ts";
import { isDate, isWeek, weekOf } from "../insights/summaries/span.ts";
import { calendarOf, summarize } from "../insights/summaries/summary.ts";
import { touchedDays, touchedWeeks } from "../insights/summaries/touched.ts";
import { lastBackupOf } from "../life/backups.ts";
import { defineMarkdown, lastModifiedWithLife, ownName } from "./resource.ts";

const daily = defineMarkdown({
  name: "daily",
  title: "Summary of a day",
  description: "What was done, moved and remembered on a day, what is overdue, due and coming, " +
    "and how goals and life areas fared.",
  uri: "selfos://users/{user_id}/daily/{date}",
  ttl: 3600,
  annotations: { audience: ["user", "assistant"] },
  variables: z.object({ user_id: z.string(), date: z.string().refine(isDate) }),

  async read({ date }, { db, actor, now }) {
    return summaryMarkdown(await summarize(db, actor, { date }, now));
  },

  complete: {
    user_id: ownName,
    date: async (typed, { db, actor, now }) =>
      datesLike(typed, now, await calendarOf(db, actor.user_id)),
  },

  lastModified: lastModifiedWithLife,

  async touchedBy(change, { db, now }) {
    return addresses(change, "daily", await touchedDays(db, change, now));
  },

  touchedByDay({ user_id, days }) {
    return Promise.resolve(addresses({ user_id }, "daily", days));
  },
});

const weekly = defineMarkdown({
  name: "weekly",
  title: "Summary of a week",
  description:
    "As the summary of a day, of an ISO week such as 2026-W47. Where the person's weeks " +
    "begin on another day than Monday, it has the days of their week that holds its Thursday.",
  uri: "selfos://users/{user_id}/weekly/{week}",
  ttl: 3600,
  annotations: { audience: ["user", "assistant"] },
  variables: z.object({ user_id: z.string(), week: z.string().refine(isWeek) }),
  beside: async ({ db, actor }) => await lastBackupOf(db, actor.user_id) ?? "",

  async read({ week }, { db, actor, now }) {
    return summaryMarkdown(await summarize(db, actor, { week }, now));
  },

  complete: {
    user_id: ownName,
    week: async (typed, { db, actor, now }) =>
      weeksLike(typed, now, await calendarOf(db, actor.user_id)),
  },

  lastModified: lastModifiedWithLife,

  async touchedBy(change, { db, now }) {
    return addresses(change, "weekly", await touchedWeeks(db, change, now));
  },

  async touchedByDay({ user_id, days }, { db }) {
    const calendar = await calendarOf(db, user_id);
    const weeks = days.map((day) => weekOf(day, calendar));
    return addresses({ user_id }, "weekly", [...new Set(weeks)]);
  },
});

export const summaries = [daily, weekly];

/** The addresses of a person's summaries of these names; without names, of all. */
function addresses(
  { user_id }: { readonly user_id: string },
  kind: "daily" | "weekly",
  names: readonly string[] = ["*"],
): string[] {
  return names.map((name) => `selfos://users/${user_id}/${kind}/${name}`);
}
