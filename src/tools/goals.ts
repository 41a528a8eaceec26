import { z } from "zod";
import { GOAL_STATUSES } from "../life/goals/goal.ts";
import {
  byMeaning,
  defineTool,
  Description,
  Id,
  page,
  pageInfo,
  receipt,
  Title,
  When,
} from "./tool.ts";

const GoalStatus = z.enum(GOAL_STATUSES);

/** A goal as it is shown. */
export const Goal = z.object({
  id: Id,
  title: z.string(),
  description: z.string().nullable(),
  status: z.string(),
  target_date: z.string().nullable(),
  target_weekday: z.string().nullable(),
  life_area_id: Id.nullable(),
  parent_goal_id: Id.nullable(),
  progress: z.object({ tasks: z.int(), completed: z.int(), percent: z.int() }),
  completed_at: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  owner: z.string().optional(),
});

const LifeArea = z.object({
  id: Id,
  name: z.string(),
  weight: z.number(),
  color: z.string().nullable(),
  description: z.string().nullable(),
  private: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
  owner: z.string().optional(),
  role: z.string().optional(),
});

const listGoals = defineTool({
  name: "list_goals",
  title: "List goals",
  description: "Goals, open ones first, nearest target date first, with progress from their tasks.",
  access: "read",
  input: z.object({
    status: GoalStatus.optional(),
    life_area_id: Id.optional(),
    query: z.string().max(500).optional().describe("Words, else meaning"),
    ...page(10),
  }),
  output: z.object({ goals: z.array(Goal), ...pageInfo, ...byMeaning }),

  async run(filter, { search, actor, signal }) {
    return await search.goals(actor, filter, signal);
  },
});

const getGoal = defineTool({
  name: "get_goal",
  title: "Get a goal",
  description: "One goal with its subgoals and its first 50 tasks.",
  access: "read",
  input: z.object({ goal_id: Id }),
  output: z.object({
    goal: Goal.extend({
      subgoals: z.array(Goal.pick({ id: true, title: true, status: true })),
      tasks: z.array(z.object({
        id: Id,
        title: z.string(),
        status: z.string(),
        due_date: z.string().nullable(),
      })),
      source: z.string().optional(),
    }),
  }),

  async run({ goal_id }, { life, actor }) {
    return await life.goals.get(actor, goal_id);
  },
});

const createGoal = defineTool({
  name: "create_goal",
  title: "Create a goal",
  description: "Creates an active goal, on its own or below another.",
  access: "create",
  echoes: true,
  input: z.object({
    title: Title,
    description: Description.optional(),
    target_date: When.optional().describe("Date or words"),
    life_area_id: Id.optional(),
    parent_goal_id: Id.optional(),
  }),
  output: z.object({ goal: Goal, ...receipt }),

  async run(input, { life, actor }) {
    return await life.goals.create(actor, input);
  },
});

const updateGoal = defineTool({
  name: "update_goal",
  title: "Update a goal",
  description: "Changes the given fields of a goal; null clears one.",
  access: "update",
  input: z.object({
    goal_id: Id,
    title: Title.optional(),
    description: Description.nullable().optional(),
    status: GoalStatus.optional(),
    target_date: When.nullable().optional(),
    life_area_id: Id.nullable().optional(),
    parent_goal_id: Id.nullable().optional(),
  }),
  output: z.object({ goal: Goal, ...receipt }),

  async run({ goal_id, ...fields }, { life, actor }) {
    return await life.goals.update(actor, goal_id, fields);
  },
});

const deleteGoal = defineTool({
  name: "delete_goal",
  title: "Delete a goal",
  description: "Moves a goal, its subgoals and their tasks to the trash; undo brings them back.",
  access: "delete",
  input: z.object({ goal_id: Id }),
  output: z.object({
    goal: Goal,
    trashed: z.object({ goals: z.int(), tasks: z.int() }),
    ...receipt,
  }),

  async run({ goal_id }, { life, actor }) {
    return await life.goals.delete(actor, goal_id);
  },
});

const listLifeAreas = defineTool({
  name: "list_life_areas",
  title: "List life areas",
  description: "The parts of the person's life that goals belong to.",
  access: "read",
  input: z.object(page(50)),
  output: z.object({ life_areas: z.array(LifeArea), ...pageInfo }),

  async run(filter, { life, actor }) {
    return await life.areas.list(actor, filter);
  },
});

const saveLifeArea = defineTool({
  name: "save_life_area",
  title: "Save a life area",
  description: "Creates a life area, or changes the one of life_area_id.",
  access: "update",
  input: z.object({
    name: z.string().trim().min(1).max(100),
    life_area_id: Id.nullable().optional(),
    weight: z.number().min(0).max(100).nullable().optional()
      .describe("Relative importance, 1 unless told"),
    color: z.string().trim().min(1).max(30).nullable().optional(),
    description: Description.nullable().optional(),
    private: z.boolean().nullable().optional(),
  }),
  output: z.object({ life_area: LifeArea, ...receipt }),

  async run({ life_area_id, weight, private: hidden, ...given }, { life, actor }) {
    return await life.areas.save(actor, {
      ...given,
      life_area_id: life_area_id ?? undefined,
      weight: weight ?? undefined,
      private: hidden ?? undefined,
    });
  },
});

export const goals = [
  listGoals,
  getGoal,
  createGoal,
  updateGoal,
  deleteGoal,
  listLifeAreas,
  saveLifeArea,
];
