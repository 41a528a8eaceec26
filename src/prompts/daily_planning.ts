import { profileOf } from "../insights/profile.ts";
import { chosenDay } from "../life/chosen_day.ts";
import { addDays, echoOf } from "../life/dates.ts";
import { Profile } from "../resources/users.ts";
import { asked, resource, summary } from "./content.ts";
import type { Prompt } from "../mcp/define.ts";
import type { ToolContext } from "../tools/tool.ts";
import { completeDays, dayMessage, present } from "./person.ts";

/** Plans a day with the person. */
export const dailyPlanning: Prompt<ToolContext> = {
  name: "daily_planning",
  title: "Plan a day",
  description: "Plans today, or another day, from what is overdue, due and ready.",
  arguments: [{
    name: "date",
    description: "A day from today on, as YYYY-MM-DD or words; today unless told",
    complete: completeDays("future"),
  }],

  async write({ date }, context) {
    const now = await present(context);
    const { user } = now;
    const day = await chosenDay(date, { zone: user.time_zone, now: context.now }, "future");
    const profile = Profile.parse(await profileOf(context.db, context.actor, user, context.now));
    const before = addDays(day, -1);
    return [
      asked(
        `Plan ${echoOf(day)} with me. I work ${user.work_hours} on ${user.work_days.join(", ")}, ` +
          `time zone ${user.time_zone}.`,
        "1. Tell me in two or three sentences what matters: overdue, due, in progress, goals due soon. " +
          "list_tasks with status pending has what is not shown below.",
        `2. Call plan_day with date ${day}. Show me its blocks in order, with why; what does not fit; ` +
          "and what would be due on another day. Ask for an estimate where it decides, write it down " +
          "with update_task, and plan again. Where you have no plan_day, propose an order yourself.",
        "3. Once I agree to its moves, where it has any, call apply_plan with the plan_token, and with " +
          "pick, the ids of tasks, where I do not want all. What else I want is update_task (dates, status) and create_task. Change " +
          "nothing before that, and tell me each change_id: undo takes it back.",
      ),
      resource(`selfos://users/${user.id}/profile`, JSON.stringify(profile)),
      await dayMessage(now, context, day),
      ...(before <= now.day ? [await summary(context, { date: before })] : []),
    ];
  },
};
