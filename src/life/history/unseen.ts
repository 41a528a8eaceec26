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
  return (item) => ({ ...item, fields: withoutUnseen(item.fields, isShown) });
}

/** Values before and after, by the names of their fields. */
type Fields = Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;

/** The same fields without the ids of items that are not shown; what is no id is left as it is. */
export function withoutUnseen(
  fields: Fields,
  isShown: Readonly<Record<Referred, (id: number) => boolean>>,
): Record<string, { before: unknown; after: unknown }> {
  const shown = (name: string, value: unknown): unknown => {
    const table = REFERENCES.get(name);
    if (table === undefined) return value;
    const isFine = (id: unknown) => typeof id !== "number" || isShown[table](id);
    if (Array.isArray(value)) return value.filter(isFine);
    return isFine(value) ? value : null;
  };
  return Object.fromEntries(
    Object.entries(fields).map(([name, { before, after }]) => [name, {
      before: shown(name, before),
      after: shown(name, after),
    }]),
  );
}

function idsIn(items: readonly ChangedItem[], table: Referred): number[] {
  return items.flatMap(({ fields }) => referredIn(fields, table));
}

/** The ids of items of a table that fields name. */
export function referredIn(fields: Fields, table: Referred): number[] {
  return Object.entries(fields).filter(([name]) => REFERENCES.get(name) === table)
    .flatMap(([, { before, after }]) => [before, after].flat())
    .filter((id) => typeof id === "number");
}
