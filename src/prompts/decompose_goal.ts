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
        "2. Propose three to eight tasks that are not there yet. Each begins with a verb, can be done " +
          "in one sitting, and has an estimate in minutes; say what it depends on. Name what is a goal " +
          "of its own.",
        `3. Once I agree, create them in one call: create_tasks with goal_id ${goal_id}, ` +
          'estimated_duration, due_date where it matters, and depends_on ("#1" is the first of the ' +
          "call). Subgoals come by create_goal with parent_goal_id. Create nothing before that.",
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
