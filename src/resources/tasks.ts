import { z } from "zod";
import { Task } from "../tools/tasks.ts";
import { defineResource, IdInAddress } from "./resource.ts";

const task = defineResource({
  name: "task",
  title: "Task",
  description: "One task, as get_task shows it, without its subtasks and what waits for it.",
  uri: "selfos://tasks/{task_id}",
  ttl: 600,
  annotations: { audience: ["user", "assistant"] },
  variables: z.object({ task_id: IdInAddress }),
  output: z.object({ task: Task }),

  async read({ task_id }, { life, actor }) {
    return await life.tasks.get(actor, task_id);
  },

  complete: {
    task_id: async (typed, { life, actor }) => (await life.tasks.idsLike(actor, typed)).map(String),
  },

  async touchedBy({ change_id, items }, { life }) {
    const changed = items.filter(({ entity }) => entity === "task").map(({ id }) => Number(id));
    const waiting = await life.tasks.waitingFor(changed);
    const moved = items.some(({ entity }) => entity === "goal")
      ? await life.tasks.movedWithGoals(change_id)
      : [];
    return [...new Set([...changed, ...waiting, ...moved])].map((id) => `selfos://tasks/${id}`);
  },
});

export const tasks = [task];
