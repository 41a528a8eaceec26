import type { Database } from "../../db/db.ts";
import type { Scope } from "../scope.ts";
import { shownAmong } from "../unseen.ts";
import type { ChangedItem } from "./history.ts";
import { REFERENCES, type Referred } from "./shown.ts";

/** Leaves out of items, of which these are some, the ids of others that are not seen. */
export async function hidingReferences(
  { read }: Database,
  items: readonly ChangedItem[],
  scope: Scope,
): Promise<(item: ChangedItem) => ChangedItem> {
  const isShown = {
    goals: await shownAmong(read, "goals", idsIn(items, "goals"), scope),
    tasks: await shownAmong(read, "tasks", idsIn(items, "tasks"), scope),
    memories: await shownAmong(read, "memories", idsIn(items, "memories"), scope),
  };
  const shownValue = (name: string, value: unknown): unknown => {
    const table = REFERENCES.get(name);
    if (table === undefined) return value;
    if (Array.isArray(value)) return value.filter(isShown[table]);
    return typeof value === "number" && isShown[table](value) ? value : null;
  };
  return (item) => ({
    ...item,
    fields: Object.fromEntries(
      Object.entries(item.fields).map(([name, { before, after }]) => [name, {
        before: shownValue(name, before),
        after: shownValue(name, after),
      }]),
    ),
  });
}

function idsIn(items: readonly ChangedItem[], table: Referred): number[] {
  return items.flatMap(({ fields }) => Object.entries(fields))
    .filter(([name]) => REFERENCES.get(name) === table)
    .flatMap(([, { before, after }]) => [before, after].flat())
    .filter((id) => typeof id === "number");
}
