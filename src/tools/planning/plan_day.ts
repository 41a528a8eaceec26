import { z } from "zod";
import { withheldOf } from "../../insights/withheld.ts";
import { chosenDay } from "../../life/chosen_day.ts";
import { planDay } from "../../planning/day/day.ts";
import { keptMoves } from "../../planning/day/kept.ts";
import { keepPlan } from "../../planning/plans.ts";
import { defineTool, Id, When } from "../tool.ts";
import { dayText } from "./day_text.ts";

const Output = z.object({
  date: z.string(),
  weekday: z.string(),
  time_zone: z.string(),
  work_hours: z.string().nullable(),
  capacity_minutes: z.int(),
  planned_minutes: z.int(),
  free_minutes: z.int(),
  events: z.array(z.object({
    title: z.string(),
    starts: z.string(),
    ends: z.string(),
    source: z.string(),
  })),
  events_total: z.int(),
  blocks: z.array(z.object({
    task_id: Id,
    title: z.string(),
    starts: z.string(),
    ends: z.string(),
    minutes: z.int(),
    estimated_duration: z.int().nullable(),
    why: z.string(),
  })),
  does_not_fit: z.array(z.object({
    task_id: Id,
    title: z.string(),
    minutes: z.int(),
    why: z.string(),
  })),
  does_not_fit_total: z.int(),
  ready_total: z.int(),
  moves: z.array(z.object({
    task_id: Id,
    title: z.string(),
    from: z.string().nullable(),
    to: z.string(),
    why: z.string(),
  })),
  correction: z.object({
    factor: z.number(),
    from_tasks: z.int(),
    default_minutes: z.int(),
  }),
  notes: z.array(z.string()),
  plan_token: z.string(),
  withheld: z.int().optional(),
});

export const planDayTool = defineTool({
  name: "plan_day",
  title: "Plan a day",
  description: "Fits ready tasks into the working hours of a day, without its events, by the " +
    "person's own estimate error; says what does not fit. Changes nothing: apply_plan with " +
    "plan_token makes the moves.",
  access: "read",
  input: z.object({
    date: When.optional().describe("From today on; today unless told"),
  }),
  output: Output,
  text: dayText,

  async run({ date: named }, { db, life, actor, now }) {
    const { user } = await life.users.get(actor.user_id);
    const date = await chosenDay(named, { zone: user.time_zone, now }, "future");
    const own = { user_id: user.id, areas: actor.areas };
    const day = await planDay(db, own, user, date, now);
    return {
      ...day,
      plan_token: await keepPlan(db, actor, {
        ...{ kind: "day", date, moves: await keptMoves(db, day.moves) },
      }, now),
      ...await withheldOf(db, own, ["tasks"]),
    };
  },
});
