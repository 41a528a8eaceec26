import { chosenDay } from "../life/chosen_day.ts";
import { addDays, echoOf } from "../life/dates.ts";
import { asked, summary } from "./content.ts";
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
    const before = addDays(day, -1);
    return [
      asked(
        `Plan ${echoOf(day)} with me. I work ${user.work_hours} on ${user.work_days.join(", ")}, ` +
          `time zone ${user.time_zone}.`,
        "1. Tell me in two or three sentences what matters: overdue, due, in progress, goals due soon.",
        "2. Propose an order for the day that fits my hours, by due time, priority and " +
          "estimated_duration (minutes). Ask for an estimate where it decides. Say what does not fit, " +
          "and to which day you would move it.",
        "3. Once I agree, write it down: update_task for dates and status, create_task for what is " +
          "missing. Change nothing before that, and tell me the change_id: undo takes it back.",
        "list_tasks shows more; plan_day, where you have it, fits tasks into free hours.",
      ),
      await dayMessage(now, context, day),
      ...(before <= now.day ? [await summary(context, { date: before })] : []),
    ];
  },
};
