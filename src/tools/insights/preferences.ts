import { z } from "zod";
import { timeZone } from "../../config/values.ts";
import { preferencesOf } from "../../insights/profile.ts";
import { defineTool, receipt } from "../tool.ts";

const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
const WORK_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** How a person wants to be served, as it is shown. */
export const Preferences = z.object({
  name: z.string().nullable(),
  time_zone: z.string(),
  week_start: z.string(),
  work_hours: z.string(),
  work_days: z.array(z.string()),
});

export const getPreferences = defineTool({
  name: "get_preferences",
  title: "Get preferences",
  description: "The person's name, time zone, first day of the week, and working hours and days.",
  access: "read",
  input: z.object({}),
  output: z.object({ preferences: Preferences }),

  async run(_, { life, actor }) {
    const { user } = await life.users.get(actor.user_id);
    return { preferences: preferencesOf(user) };
  },
});

export const updatePreferences = defineTool({
  name: "update_preferences",
  title: "Update preferences",
  description:
    "Changes the given preferences. With the time zone, times of day move to the new zone's clock.",
  access: "update",
  input: z.object({
    name: z.string().trim().min(1).max(200).optional(),
    time_zone: z.string().trim().min(1).max(100).optional().describe("IANA name"),
    week_start: z.enum(WEEKDAYS).optional(),
    work_hours: z.string().trim().max(20).optional().describe("09:00-17:00"),
    work_days: z.array(z.enum(WORK_DAYS)).min(1).max(7).optional(),
  }),
  output: z.object({ preferences: Preferences, ...receipt }),

  async run({ time_zone, work_days, ...given }, { life, actor }) {
    const { user, ...written } = await life.users.update(actor, {
      ...given,
      time_zone: time_zone === undefined ? undefined : timeZone(time_zone),
      work_days: work_days?.join(","),
    });
    return { preferences: preferencesOf(user), ...written };
  },
});
