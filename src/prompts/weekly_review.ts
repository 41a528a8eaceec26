import { profileOf } from "../insights/profile.ts";
import { weeksLike } from "../insights/summaries/names.ts";
import { type Calendar, isWeek, type Span, weekNamed, weekOf } from "../insights/summaries/span.ts";
import { calendarOf } from "../insights/summaries/summary.ts";
import { AppError, quote } from "../errors.ts";
import { echoOf, today } from "../life/dates.ts";
import type { Prompt } from "../mcp/define.ts";
import { Profile } from "../resources/users.ts";
import type { ToolContext } from "../tools/tool.ts";
import { asked, resource, summary } from "./content.ts";
import { dayMessage, present } from "./person.ts";

/** Reviews a week with the person. */
export const weeklyReview: Prompt<ToolContext> = {
  name: "weekly_review",
  title: "Review a week",
  description: "Reviews this week, or an earlier one, goal by goal, and sets up the next.",
  arguments: [{
    name: "week",
    description: "An ISO week such as 2026-W47; this week unless told",
    async complete(typed, { db, actor, now }) {
      const calendar = await calendarOf(db, actor.user_id);
      const present = weekOf(today(now, calendar.zone), calendar);
      return weeksLike(typed, now, calendar).filter((week) => week <= present);
    },
  }],

  async write({ week: given }, context) {
    const { db, actor, now } = context;
    const at = await present(context);
    const { user, day } = at;
    const week = reviewed(given, day, await calendarOf(db, actor.user_id));
    const profile = Profile.parse(await profileOf(db, actor, user, now));
    return [
      asked(
        `Review the week ${week.name} with me (it began on ${
          echoOf(week.from)
        }; my weeks start on ` +
          `${user.week_start}).`,
        "1. Begin with the summary of the week: what was done and what moved.",
        "2. Go through my active goals, nearest target date first: how far each is, what is next, " +
          "which of them nothing happened for. selfos://goals/{id}/context and analyze_progress tell more.",
        "3. Ask what I want to stop, go on with and begin. Keep decisions with add_memory " +
          "(memory_type decision).",
        "4. Agree on at most three things for the next week, and write them down once I say so: " +
          "create_tasks, update_task, update_goal. Change nothing before that; undo takes it back.",
      ),
      await summary(context, { week: week.name }),
      resource(`selfos://users/${user.id}/profile`, JSON.stringify(profile)),
      await dayMessage(at, context, day),
    ];
  },
};

/** @throws AppError `invalid_input` for what is no week, or one that is yet to come */
function reviewed(text: string | undefined, day: string, calendar: Calendar): Span {
  const present = weekOf(day, calendar);
  const name = text?.trim().toUpperCase() || present;
  if (!isWeek(name)) {
    throw new AppError(
      "invalid_input",
      `Cannot read week as an ISO week: got ${quote(text)}`,
      `write one that exists, such as ${present}`,
    );
  }
  const week = weekNamed(name, calendar);
  if (week.from <= day) return week;
  throw new AppError(
    "invalid_input",
    `Cannot review the week ${name} as it is yet to come`,
    `name ${present}, or one before it`,
  );
}
