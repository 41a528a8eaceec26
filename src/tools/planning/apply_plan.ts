import { z } from "zod";
import { Goal } from "../goals.ts";
import { Task } from "../tasks.ts";
import { defineTool, receipt } from "../tool.ts";
import { appliedText } from "./applied_text.ts";

export const applyPlan = defineTool({
  name: "apply_plan",
  title: "Apply a plan",
  description:
    "Does what decompose_goal or plan_day suggested and the person agreed to, all or nothing, as one " +
    "change. The same again answers the first result.",
  access: "update",
  input: z.object({
    plan_token: z.string().trim().min(1).max(100),
    pick: z.array(z.int()).min(1).max(100).optional()
      .describe("Orders of suggested tasks, or ids of tasks to move; all unless told"),
    tasks: z.array(z.looseObject({})).min(1).max(50).optional()
      .describe("By the worksheet, instead of the suggested tasks"),
  }),
  output: z.object({
    ...{ goal: Goal.optional(), tasks: z.array(Task), notes: z.array(z.string()).optional() },
    ...receipt,
  }),

  text: appliedText,

  async run({ plan_token, ...choice }, { planner, actor }) {
    return await planner.apply(actor, plan_token, choice);
  },
});
