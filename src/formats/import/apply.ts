import { endSharesOfPrivate } from "../../life/areas.ts";
import type { Draft } from "../../life/journal.ts";
import type { Records } from "../../life/records.ts";
import { type Kind, KINDS } from "../document.ts";
import { blank, broughtBy } from "./blank.ts";
import { keyOf } from "./links.ts";
import { keepOrigins } from "./origins.ts";
import type { Plan, Step } from "./plan.ts";

type Columns = Record<string, unknown>;

/** Does what was planned, in the order in which a document tells. */
export async function apply(draft: Draft, plan: Plan): Promise<void> {
  const records = new Map<Step, Records[Kind]>();
  const ids = new Map<string, number>();
  const waiting: Step[] = [];
  for (const kind of KINDS) {
    for (const step of plan.steps.filter(({ wanted }) => wanted.kind === kind)) {
      const { action, match, wanted } = step;
      if (action === "create") {
        const { columns, complete } = placed(step.fields, ids);
        const { created_at = draft.at, updated_at = draft.at } = wanted;
        const made = { ...blank(draft, kind, plan.source), created_at, updated_at, ...columns };
        const record = await draft.insert(kind, { ...made, ...completion(draft, made) });
        records.set(step, record);
        ids.set(keyOf(wanted), record.id);
        if (!complete) waiting.push(step);
      } else if (match) {
        records.set(step, match.record);
        if (action === "update" || action === "restore") waiting.push(step);
      }
    }
  }
  for (const step of waiting) {
    const { wanted: { kind }, action } = step;
    const record = records.get(step);
    if (record === undefined) continue;
    const { columns } = placed(step.fields, ids);
    const brought = kind === "memory" ? broughtBy(draft.actor, plan.source) : {};
    if (action === "create") {
      records.set(step, await draft.amend(kind, record, { ...record, ...columns }));
      continue;
    }
    const revised = { ...record, ...columns, ...brought, deleted_at: null };
    const after = await draft.update(kind, record, { ...revised, ...completion(draft, revised) });
    if ("private" in after) await endSharesOfPrivate(draft, after);
    records.set(step, after);
  }
  await keepOrigins(draft, plan, records, (fields) => placed(fields, ids).columns);
}

/** Columns that lead to what has been created by now; the others have to wait. */
function placed(
  fields: Readonly<Columns>,
  ids: ReadonlyMap<string, number>,
): { columns: Columns; complete: boolean } {
  let complete = true;
  const idOf = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const id = ids.get(String(Reflect.get(value, "key")));
    if (id === undefined) complete = false;
    return id ?? null;
  };
  const columns = Object.entries(fields).map(([name, value]) => {
    if (name !== "depends_on" || !Array.isArray(value)) {
      return [name, Array.isArray(value) ? value : idOf(value)];
    }
    const found = value.map(idOf).filter((id) => typeof id === "number");
    return [name, found.sort((a, b) => a - b)];
  });
  return { columns: Object.fromEntries(columns), complete };
}

/** What is completed was completed some time, even where the file does not say when. */
function completion({ at }: Draft, record: object): { completed_at?: string } {
  const isMissing = Reflect.get(record, "status") === "completed" &&
    Reflect.get(record, "completed_at") === null;
  return isMissing ? { completed_at: at } : {};
}
