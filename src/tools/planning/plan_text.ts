import type { z } from "zod";
import { jsonLine, onOneLine } from "../../insights/one_line.ts";
import type { GoalSuggestion } from "./decompose_goal.ts";

/** A plan for a goal, for a model that reads no structured content. */
export function planText(plan: z.output<typeof GoalSuggestion>): string {
  const { goal, source, suggested_tasks: tasks, plan_token, expires_at, notes, worksheet } = plan;
  return [
    `Plan for ${goal.id === null ? "the new goal" : `goal #${goal.id}`} ${
      onOneLine(goal.title)
    } (${source})` +
    (goal.target_date === null
      ? ""
      : `, to be reached by ${goal.target_weekday} ${goal.target_date}`),
    ...tasks.map(taskLine),
    ...notes.map((note) => `note: ${onOneLine(note)}`),
    ...(worksheet === undefined ? [] : [
      `worksheet: ${worksheet.instructions}`,
      `schema: ${jsonLine(worksheet.schema)}`,
      `context: ${jsonLine(worksheet.context)}`,
    ]),
    `plan_token: ${plan_token}, until ${expires_at}; nothing is created before apply_plan`,
  ].join("\n");
}

function taskLine(task: z.output<typeof GoalSuggestion>["suggested_tasks"][number]): string {
  const { order, title, description, estimated_duration, depends_on, due_date, due_weekday } = task;
  const details = [
    ...(estimated_duration === null ? [] : [`${estimated_duration} min`]),
    `due ${due_weekday} ${due_date}`,
    ...(depends_on.length === 0 ? [] : [`after ${depends_on.join(", ")}`]),
  ];
  return `${order}. ${onOneLine(title)} (${details.join(" · ")})${
    description === null ? "" : `: ${onOneLine(description)}`
  }`;
}
