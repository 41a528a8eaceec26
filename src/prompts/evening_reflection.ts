import { chosenDay } from "../life/chosen_day.ts";
import { echoOf } from "../life/dates.ts";
import type { Prompt } from "../mcp/define.ts";
import type { ToolContext } from "../tools/tool.ts";
import { asked, summary } from "./content.ts";
import { completeDays, dayMessage, present } from "./person.ts";

/** Looks back at a day with the person. */
export const eveningReflection: Prompt<ToolContext> = {
  name: "evening_reflection",
  title: "Reflect on a day",
  description: "Looks back at today, or an earlier day: what was done, what was not, what to keep.",
  arguments: [{
    name: "date",
    description: "A day up to today, as YYYY-MM-DD or words; today unless told",
    complete: completeDays("past"),
  }],

  async write({ date }, context) {
    const now = await present(context);
    const day = await chosenDay(date, { zone: now.user.time_zone, now: context.now }, "past");
    return [
      asked(
        `Look back at ${echoOf(day)} with me.`,
        "1. Say in a few warm and true sentences what I got done, and what stayed open. Judge nothing.",
        "2. Ask me, one at a time: What went well? What was hard? What do I want to keep in mind?",
        "3. Keep what I say with add_memory (memory_type reflection, my own words, occurred_at " +
          `${day}), one memory a thought; what I only read here is no memory.`,
        "4. For what stayed open, ask whether to move it (update_task), drop it (status cancelled) or " +
          "leave it. Change nothing before I answer.",
      ),
      await dayMessage(now, context, day),
      await summary(context, { date: day }),
    ];
  },
};
