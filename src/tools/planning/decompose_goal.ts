import { z } from "zod";
import { today, weekdayOf } from "../../life/dates.ts";
import { anyImported } from "../../life/origins.ts";
import { draftsFrom } from "../../planning/goal/conversation.ts";
import { PLAN_SCHEMA, type Read } from "../../planning/goal/drafts.ts";
import type { GoalPlan, Window } from "../../planning/goal/plan.ts";
import { FRAME, INSTRUCTIONS, questionOf } from "../../planning/goal/question.ts";
import { type Clock, windowOf } from "../../planning/goal/schedule.ts";
import { suggest, type Suggested } from "../../planning/goal/suggest.ts";
import { templateTasks } from "../../planning/goal/template.ts";
import { keepPlan, PLAN_LASTS_MS } from "../../planning/plans.ts";
import { defineTool, Id, type ToolContext } from "../tool.ts";
import { askModel, askTarget } from "./client_answers.ts";
import { goalMeant, type Meant } from "./goal_meant.ts";
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
  source: z.enum(["client_model", "endpoint", "worksheet"]),
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

type Source = z.output<typeof GoalSuggestion>["source"];

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
    const { db, actor, now, signal, canAsk, readsFromOutside } = context;
    const meant = await goalMeant(naming, context);
    const { goal_id } = naming;
    if (goal_id !== undefined) {
      await readsFromOutside(() => anyImported(db.read, { goal: [goal_id] }));
    }
    const clock = await clockOf(context);
    const asksTarget = meant.goal.target_date === null && canAsk("elicitation/create");
    const { told, notes } = asksTarget
      ? await askTarget(context, meant.goal, clock)
      : { told: null, notes: [] };
    const goal = { ...meant.goal, told };
    const target_date = told ?? goal.target_date;
    const { window, notes: bounds } = windowOf(target_date, clock);
    const facts = { ...meant.facts, goal: { ...meant.facts.goal, target_date } };
    const { source, tasks, notes: mended } = await suggested(
      { ...meant, facts },
      window,
      clock,
      context,
    );
    const plan: GoalPlan = { kind: "goal", goal, window, tasks };
    signal.throwIfAborted();
    const { id, title, description, status } = goal;
    return {
      goal: {
        ...{ id, title, description, status, target_date },
        target_weekday: target_date && weekdayOf(target_date),
      },
      source,
      suggested_tasks: tasks.map(({ depends_on, due_date, ...task }) => ({
        ...{ ...task, depends_on: [...depends_on] },
        ...{ due_date, due_weekday: weekdayOf(due_date) },
      })),
      plan_token: await keepPlan(db, actor, plan, now, meant.owner),
      expires_at: new Date(now.getTime() + PLAN_LASTS_MS).toISOString(),
      notes: [...meant.notes, ...notes, ...bounds, ...mended],
      ...(source === "worksheet"
        ? { worksheet: { ...WORKSHEET, context: { window, ...facts } } }
        : {}),
    };
  },
});

const WORKSHEET = {
  instructions: [
    "The suggested tasks fit any goal. Better ones come from you:",
    INSTRUCTIONS,
    "Write them by the schema, show them to the person, and hand in what they agree to: apply_plan with " +
    "this plan_token and tasks.",
    FRAME.replace(/^What stands between .* is/, "What the context holds is"),
  ].join("\n"),
  schema: PLAN_SCHEMA,
};

async function clockOf({ life, actor, now }: ToolContext): Promise<Clock> {
  const { user: { time_zone: zone } } = await life.users.get(actor.user_id);
  return { now, zone, day: today(now, zone) };
}

/** Somebody who may know better tasks than those that fit any goal. */
interface Tier {
  readonly source: Source;
  readonly who: string;
  drafts(question: string): Promise<Read>;
}

async function suggested(
  { goal, facts, titles }: Meant,
  window: Window,
  clock: Clock,
  context: ToolContext,
): Promise<Suggested & { source: Source }> {
  const passed: string[] = [];
  const question = questionOf(facts, window);
  for (const { source, who, drafts } of tiersOf(context)) {
    const read = await drafts(question);
    const found = "drafts" in read
      ? await suggest(read.drafts, titles, window, clock)
      : { wrong: read.wrong };
    if ("tasks" in found && found.tasks.length > 0) {
      return { source, tasks: found.tasks, notes: [...passed, ...found.notes] };
    }
    const why = "wrong" in found ? found.wrong : "all that it suggests is there already";
    passed.push(`${who} gave no plan: ${why}`);
  }
  if (passed.length === 0) passed.push("the client offers no model, and SELFOS_AI_URL is not set");
  const { tasks, notes } = await suggest(templateTasks(goal.title, window), titles, window, clock);
  return { source: "worksheet", tasks, notes: [...passed, ...notes] };
}

function tiersOf(context: ToolContext): Tier[] {
  const { canAsk, planner: { model }, signal } = context;
  const client: Tier = {
    source: "client_model",
    who: "the client's model",
    drafts: (question) =>
      draftsFrom((turns, attempt) => askModel(context, turns, attempt), question),
  };
  return [
    ...(canAsk("sampling/createMessage") ? [client] : []),
    ...(model === undefined ? [] : [{
      source: "endpoint" as const,
      who: `the model at ${model.host}`,
      drafts: (question: string) => model.drafts(question, signal),
    }]),
  ];
}
