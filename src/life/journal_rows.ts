import type { Selectable } from "kysely";
import { prepared } from "../db/prepared.ts";
import type { Schema } from "../db/schema.ts";
import type { Written } from "./proposals/items.ts";

type NewChange = Pick<
  Selectable<Schema["changes"]>,
  "user_id" | "at" | "principal" | "client" | "tool" | "guest" | "approved_by"
>;

/** Begins the entry of a change in the journal. */
export const insertChange = prepared(
  {
    ...{ user_id: true, at: true, principal: true, client: true, tool: true, guest: true },
    approved_by: true,
  },
  (db, change: NewChange) =>
    db.insertInto("changes").values({ ...change, undone_by: null, stands: 1 }).returning("id"),
);

/** Writes the only item of a change. */
export const insertItem = prepared(
  {
    ...{ change_id: true, seq: true, entity: true, entity_id: true, before: true, after: true },
    ...{ area_before: true, area_after: true },
  },
  (db, item: Selectable<Schema["change_items"]>) => db.insertInto("change_items").values(item),
);

/** Whether a task got another due date. */
export function movesDue({ entity, before, after }: Written): boolean {
  return entity === "task" && before !== null && dueIn(before) !== dueIn(after);
}

function dueIn(record: object): unknown {
  return "due_date" in record ? record.due_date : null;
}
