import { endSharesOfPrivate } from "../../life/areas.ts";
import type { Draft } from "../../life/journal.ts";
import { MOST } from "../../life/many.ts";
import type { New, Records } from "../../life/records.ts";
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
    const steps = plan.steps.filter(({ wanted }) => wanted.kind === kind);
    for (const step of steps) {
      if (step.action === "create" || !step.match) continue;
      records.set(step, step.match.record);
      if (step.action === "update" || step.action === "restore") waiting.push(step);
    }
    for (const part of inParts(steps.filter(({ action }) => action === "create"))) {
      waiting.push(...part.filter(({ fields }) => !placed(fields, ids).complete));
      const rows = part.map((step) => rowOf(draft, step, plan.source, ids));
      for (const [at, record] of (await draft.insertMany(kind, rows)).entries()) {
        const step = part[at];
        if (step === undefined) continue;
        records.set(step, record);
        ids.set(keyOf(step.wanted), record.id);
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

/** Steps that can be done at once: none refers to an earlier one of its own part. */
function* inParts(steps: readonly Step[]): Generator<Step[]> {
  let part: Step[] = [];
  let keys = new Set<string>();
  for (const step of steps) {
    if (part.length === MOST || referredTo(step.fields).some((key) => keys.has(key))) {
      yield part;
      part = [];
      keys = new Set();
    }
    part.push(step);
    keys.add(keyOf(step.wanted));
  }
  if (part.length > 0) yield part;
}

function rowOf(
  draft: Draft,
  { fields, wanted }: Step,
  source: string,
  ids: ReadonlyMap<string, number>,
): New<Kind> {
  const { kind, created_at = draft.at, updated_at = draft.at } = wanted;
  const { columns } = placed(fields, ids);
  const row = { ...blank(draft, kind, source), created_at, updated_at, ...columns };
  return { ...row, ...completion(draft, row) };
}

/** By which keys links lead to what is yet to be created. */
function referredTo(fields: Readonly<Columns>): string[] {
  return Object.values(fields).flat().flatMap((value) => {
    const key: unknown = typeof value === "object" && value !== null && Reflect.get(value, "key");
    return typeof key === "string" ? [key] : [];
  });
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
