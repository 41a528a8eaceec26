import type { Actor } from "../../life/actor.ts";
import type { Draft } from "../../life/journal.ts";
import type { New } from "../../life/records.ts";
import { type Kind, OWN } from "../document.ts";

/** An item of which a file says nothing yet. */
export function blank({ user_id, at, actor }: Draft, kind: Kind, source: string): New<Kind> {
  const common = { user_id, created_at: at, updated_at: at, deleted_at: null };
  switch (kind) {
    case "life_area":
      return { ...common, name: "", weight: 1, color: null, description: null, private: 0 };
    case "goal":
      return {
        ...{ ...common, title: "", description: null, status: "active", target_date: null },
        ...{ life_area_id: null, parent_goal_id: null, completed_at: null },
      };
    case "task":
      return {
        ...{ ...common, goal_id: null, parent_task_id: null, title: "", description: null },
        ...{ status: "pending", priority: 3, due_date: null, estimated_duration: null },
        ...{ actual_duration: null, completed_at: null, recurrence: null, recurrence_start: null },
        ...{ occurrence_date: null, next_task_id: null, tags: [], depends_on: [] },
      };
    case "memory":
      return {
        ...{ ...common, content: "", memory_type: "note", metadata: null, occurred_at: null },
        ...{ goal_id: null, task_id: null, superseded_by: null },
        ...broughtBy(actor, source),
      };
  }
}

/** How a memory came here of which a file says something, whatever the file says of that. */
export function broughtBy({ client }: Actor, source: string): { client: string; source: string } {
  return { client, source: source === OWN ? "import" : source };
}
