import { z } from "zod";
import { PRIORITIES, TASK_STATUSES } from "../life/tasks/task.ts";
import type { BatchReference } from "../life/tasks/tasks.ts";
import {
  byMeaning,
  defineTool,
  Description,
  Id,
  page,
  pageInfo,
  receipt,
  resolved,
  Title,
  When,
} from "./tool.ts";

const TaskStatus = z.enum(TASK_STATUSES);
const Priority = z.enum(PRIORITIES);
const Minutes = z.int().min(1).max(100_000);
const Tag = z.string().trim().min(1).max(50).refine(
  (tag) => !/\p{Cc}/u.test(tag),
  "has a control character",
);
const Tags = z.array(Tag).max(20);
const Ids = z.array(Id).max(50);
const Recurrence = z.string().trim().min(1).max(300);

const Brief = z.object({ id: Id, title: z.string(), status: z.string() });

/** A task as it is shown. */
export const Task = Brief.extend({
  description: z.string().nullable(),
  priority: z.string(),
  goal_id: Id.nullable(),
  parent_task_id: Id.nullable(),
  due_date: z.string().nullable(),
  due_weekday: z.string().nullable(),
  estimated_duration: z.int().nullable(),
  actual_duration: z.int().nullable(),
  tags: z.array(z.string()),
  depends_on: z.array(Id),
  ready: z.boolean(),
  recurrence: z.string().nullable(),
  next_task_id: Id.nullable(),
  completed_at: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  owner: z.string().optional(),
});

const newTask = {
  title: Title,
  description: Description.optional(),
  goal_id: Id.optional(),
  due_date: When.optional(),
  priority: Priority.default("medium"),
  estimated_duration: Minutes.optional().describe("Minutes"),
  tags: Tags.optional(),
  parent_task_id: Id.optional(),
  depends_on: Ids.optional(),
  recurrence: Recurrence.optional().describe('RRULE or words ("every monday")'),
};

const listTasks = defineTool({
  name: "list_tasks",
  title: "List tasks",
  description:
    "Tasks, open ones first, nearest due date first. due_before and due_after exclude the " +
    "day itself, an all-day task is due at the end of its day; ready means pending with nothing left to wait for.",
  access: "read",
  input: z.object({
    goal_id: Id.optional(),
    status: TaskStatus.optional(),
    due_date: When.optional(),
    due_before: When.optional(),
    due_after: When.optional(),
    priority: Priority.optional(),
    tag: z.string().max(50).optional(),
    ready: z.boolean().optional(),
    query: z.string().max(500).optional().describe("Words, else meaning"),
    ...page(20),
  }),
  output: z.object({ tasks: z.array(Task), ...pageInfo, ...byMeaning }),

  async run(filter, { search, actor, signal }) {
    return await search.tasks(actor, filter, signal);
  },
});

const getTask = defineTool({
  name: "get_task",
  title: "Get a task",
  description: "One task with its subtasks and the tasks that wait for it.",
  access: "read",
  input: z.object({ task_id: Id }),
  output: z.object({
    task: Task.extend({
      subtasks: z.array(Brief),
      blocks: z.array(Brief),
      source: z.string().optional(),
    }),
  }),

  async run({ task_id }, { life, actor }) {
    return await life.tasks.get(actor, task_id);
  },
});

const createTask = defineTool({
  name: "create_task",
  title: "Create a task",
  description: "Creates a pending task. Dates may be YYYY-MM-DD, RFC 3339 or words.",
  access: "create",
  echoes: true,
  input: z.object(newTask),
  output: z.object({ task: Task, ...receipt }),

  async run(input, { life, actor }) {
    return await life.tasks.create(actor, input);
  },
});

/** `#1` is the first task of the same call. */
const Reference = z.union([
  Id,
  z.string().regex(/^#?\d{1,15}$/).transform((text): BatchReference | number =>
    text.startsWith("#") ? `#${Number(text.slice(1))}` : Number(text)
  ),
]);

const createTasks = defineTool({
  name: "create_tasks",
  title: "Create several tasks",
  description: "Creates up to 50 tasks, all or none. parent_task_id and depends_on may name an " +
    'earlier task of the same call: "#1" is the first.',
  access: "create",
  echoes: true,
  input: z.object({
    tasks: z.array(z.strictObject({
      ...newTask,
      parent_task_id: Reference.optional(),
      depends_on: z.array(Reference).max(50).optional(),
    })).min(1).max(50),
  }),
  output: z.object({ tasks: z.array(Task), ...receipt }),

  async run({ tasks }, { life, actor }) {
    return await life.tasks.createMany(actor, tasks);
  },
});

const updateTask = defineTool({
  name: "update_task",
  title: "Update a task",
  description:
    "Changes the given fields of a task; null clears one, lists are replaced. Moving the " +
    "due date of a recurring task moves only this occurrence.",
  access: "update",
  input: z.object({
    task_id: Id,
    title: Title.optional(),
    description: Description.nullable().optional(),
    goal_id: Id.nullable().optional(),
    status: TaskStatus.optional(),
    due_date: When.nullable().optional(),
    priority: Priority.optional(),
    estimated_duration: Minutes.nullable().optional(),
    actual_duration: Minutes.nullable().optional(),
    tags: Tags.nullable().optional(),
    parent_task_id: Id.nullable().optional(),
    depends_on: Ids.nullable().optional(),
    recurrence: Recurrence.nullable().optional(),
  }),
  output: z.object({ task: Task, ...receipt }),

  async run({ task_id, tags, depends_on, ...fields }, { life, actor }) {
    return await life.tasks.update(actor, task_id, {
      ...fields,
      tags: tags === null ? [] : tags,
      depends_on: depends_on === null ? [] : depends_on,
    });
  },
});

const completeTask = defineTool({
  name: "complete_task",
  title: "Complete a task",
  description:
    "Completes a task. Of a recurring one, the next occurrence is created: next_task_id.",
  access: "update",
  input: z.object({
    task_id: Id,
    completed_at: When.optional().describe("Now unless told"),
    actual_duration: Minutes.optional().describe("Minutes"),
  }),
  output: z.object({
    task: Task,
    resolved,
    ...receipt,
  }),

  async run({ task_id, ...completion }, { life, actor }) {
    return await life.tasks.complete(actor, task_id, completion);
  },
});

const deleteTask = defineTool({
  name: "delete_task",
  title: "Delete a task",
  description: "Moves a task and its subtasks to the trash; undo brings them back.",
  access: "delete",
  input: z.object({ task_id: Id }),
  output: z.object({ task: Task, trashed: z.object({ tasks: z.int() }), ...receipt }),

  async run({ task_id }, { life, actor }) {
    return await life.tasks.delete(actor, task_id);
  },
});

export const tasks = [
  listTasks,
  getTask,
  createTask,
  createTasks,
  updateTask,
  completeTask,
  deleteTask,
];
