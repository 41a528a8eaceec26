import { z } from "zod";
import { today, weekdayOf } from "../../life/dates.ts";
import { type Meant, SOURCES, targetOf } from "../../planning/decompose.ts";
import type { Clock } from "../../planning/goal/schedule.ts";
import { defineTool, Id, type ToolContext } from "../tool.ts";
import { askModel, askTarget } from "./client_answers.ts";
import { goalMeant } from "./goal_meant.ts";
import { planText } from "./plan_text.ts";

const Text = z.string().max(5000);

/** What is suggested, and who did. */
export const GoalSuggestion = z.object({
  goal: z.object({
    id: Id.nullable(),
    title: z.string(),
    description: z.string().nullable(),
    status: z.string(),
    target_date: z.string().nullable(),
    target_weekday: z.string().nullable(),
  }),
  source: z.enum(SOURCES),
  suggested_tasks: z.array(z.object({
    order: z.int(),
    title: z.string(),
    description: z.string().nullable(),
    estimated_duration: z.int().nullable(),
    depends_on: z.array(z.int()),
    due_date: z.string(),
    due_weekday: z.string(),
  })),
  plan_token: z.string(),
  expires_at: z.string(),
  notes: z.array(z.string()),
  worksheet: z.object({
    instructions: z.string(),
    context: z.record(z.string(), z.unknown()),
    schema: z.record(z.string(), z.unknown()),
  }).optional(),
});

export const decomposeGoal = defineTool({
  name: "decompose_goal",
  title: "Take a goal apart",
  description:
    "Suggests tasks that lead to a goal, in order, with estimates and due dates; changes nothing. " +
    "Show them to the person; apply_plan with the plan_token creates what they pick.",
  access: "read",
  asksOutside: true,
  input: z.object({
    goal_description: Text.optional().describe("Of a goal that is not there yet"),
    goal_id: Id.optional(),
    context: Text.optional().describe("What else matters"),
  }),
  output: GoalSuggestion,
  text: planText,

  async run(naming, context) {
    const { actor, planner, signal, canAsk } = context;
    const left = planner.begin();
    const clock = await clockOf(context);
    const meant = await withTarget(await goalMeant(naming, context, clock), context, clock, left);
    const { goal, tasks, worksheet, notes, ...plan } = await planner.decompose(actor, meant, {
      ...{ clock, signal, left },
      client: canAsk("sampling/createMessage")
        ? (left) => (turns, attempt) => askModel(context, turns, attempt, left())
        : undefined,
    });
    const { id, title, description, status } = goal;
    const target_date = targetOf(goal);
    return {
      ...plan,
      goal: {
        ...{ id, title, description, status, target_date },
        target_weekday: target_date && weekdayOf(target_date),
      },
      suggested_tasks: tasks.map(({ depends_on, due_date, ...task }) => ({
        ...{ ...task, depends_on: [...depends_on] },
        ...{ due_date, due_weekday: weekdayOf(due_date) },
      })),
      notes: [...notes],
      ...(worksheet ? { worksheet } : {}),
    };
  },
});

async function clockOf({ life, actor, now }: ToolContext): Promise<Clock> {
  const { user: { time_zone: zone } } = await life.users.get(actor.user_id);
  return { now, zone, day: today(now, zone) };
}

/** With the target date that the person tells, where it is missing and they can be asked. */
async function withTarget(
  meant: Meant,
  context: ToolContext,
  clock: Clock,
  left: () => number,
): Promise<Meant> {
  const { goal, notes } = meant;
  if (targetOf(goal) !== null || !context.canAsk("elicitation/create")) return meant;
  const { told, notes: heard } = await askTarget(context, goal, clock, left());
  return { ...meant, goal: { ...goal, told }, notes: [...notes, ...heard] };
}
