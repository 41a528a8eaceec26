import { AppError, quote } from "../errors.ts";
import { goalContext } from "../insights/goal_context.ts";
import { goalIdsLike } from "../insights/listed_goals.ts";
import type { Prompt } from "../mcp/define.ts";
import { GoalContext } from "../resources/goals.ts";
import type { ToolContext } from "../tools/tool.ts";
import { asked, resource } from "./content.ts";

/** Takes a goal apart with the person. */
export const decomposeGoal: Prompt<ToolContext> = {
  name: "decompose_goal",
  title: "Take a goal apart",
  description: "Takes a goal apart into tasks that can be done, in an order that works.",
  arguments: [{
    name: "goal_id",
    description: "Id of the goal; words of its title find it",
    required: true,
    async complete(typed, { db, life, actor }) {
      const ids = await goalIdsLike(db, actor, typed);
      if (ids.length > 0 || typed.includes("\0")) return ids.map(String);
      const { goals } = await life.goals.list(actor, { query: typed.slice(0, 100), limit: 50 });
      return goals.map(({ id }) => String(id));
    },
  }],

  async write({ goal_id: given = "" }, { db, actor }) {
    const goal_id = idOf(given);
    const context = GoalContext.parse(await goalContext(db, actor, goal_id));
    return [
      asked(
        `Take my goal ${goal_id} apart with me: its context is below.`,
        "1. If it is not clear when the goal is reached, or by when, ask me one question first.",
        `2. Call decompose_goal with goal_id ${goal_id}, and with what I told you as context. Where it ` +
          "answers a worksheet, write better tasks by that. Show me the tasks in their order, with " +
          "estimates and due dates, and name what is a goal of its own. Where you have no decompose_goal, " +
          "write the tasks yourself.",
        "3. Once I have picked, call apply_plan with the plan_token: pick has the orders that I want; " +
          "where you or I wrote other tasks, tasks has those instead. Where you have no apply_plan, it is " +
          "create_tasks. Create nothing before that. Tell me the change_id, which undo takes back.",
      ),
      resource(`selfos://goals/${goal_id}/context`, JSON.stringify(context)),
    ];
  },
};

function idOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text.trim())) return Number(text);
  throw new AppError(
    "invalid_input",
    `Cannot read goal_id as the id of a goal: got ${quote(text)}`,
    "list_goals shows the ids",
  );
}
