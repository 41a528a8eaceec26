/** A life for prompts to show, and how a client uses them. */
import type { Client } from "@modelcontextprotocol/client";
import type { Answer, TestApp } from "../harness.ts";

export const NAMES = [
  ...["daily_planning", "weekly_review", "decompose_goal", "evening_reflection", "catch_up"],
];

/** A life with a goal, a task that is due and one that is done, in words that name the person. */
export async function live(app: TestApp, user: string): Promise<Answer> {
  const { call } = app.as(user);
  const { goal } = await call("create_goal", {
    title: `${user} runs a marathon`,
    target_date: "2026-12-01",
  });
  await call("create_task", { title: `${user} buys shoes`, goal_id: goal.id, due_date: "today" });
  const { task } = await call("create_task", {
    title: `${user} buys shoes again`,
    goal_id: goal.id,
  });
  await call("complete_task", { task_id: task.id });
  return { goal };
}

export function argumentsOf(name: string, goal_id: number): Record<string, string> {
  return name === "decompose_goal" ? { goal_id: String(goal_id) } : {};
}

export async function get(client: Client, name: string, args: Record<string, string>) {
  return (await client.getPrompt({ name, arguments: args })).messages;
}
