import { chunksOf } from "../../db/chunks.ts";
import type { Draft } from "../../life/journal.ts";
import type { Records } from "../../life/records.ts";
import { type Kind, OWN } from "../document.ts";
import type { Plan, Step } from "./plan.ts";

/** So many rows go into one statement, on every store. */
const PART = 500;

type Columns = Readonly<Record<string, unknown>>;

/**
 * Notes where each item came from, and what the file said of it: by that it is found again, and what was
 * changed since is told from what the file changed.
 */
export async function keepOrigins(
  draft: Draft,
  { steps, source }: Plan,
  records: ReadonlyMap<Step, Records[Kind]>,
  placed: (fields: Columns) => Columns,
): Promise<void> {
  const rows = steps.flatMap((step) => {
    const record = records.get(step);
    return record === undefined || !isNews(step, source)
      ? []
      : rowsOf(step, record.id, source, placed);
  });
  if (rows.length === 0) return;
  const writes = steps.some(({ action }) => /create|update|restore/.test(action));
  const change_id = writes ? await draft.changeId() : null;
  for (const part of chunksOf(rows, PART)) {
    const values = part
      .map((row) => ({ ...row, user_id: draft.user_id, change_id, at: draft.at }));
    await draft.tx.insertInto("origins").values(values)
      .onConflict((conflict) =>
        conflict.columns(["user_id", "entity", "source", "external_id"]).doUpdateSet((eb) => ({
          entity_id: eb.ref("excluded.entity_id"),
          imported: eb.ref("excluded.imported"),
          change_id: eb.ref("excluded.change_id"),
          at: eb.ref("excluded.at"),
        }))
      ).execute();
  }
}

/** What is written came from the file; what is as the very name says that exports give it, did not. */
function isNews({ action, match, wanted }: Step, source: string): boolean {
  if (action === "create" || action === "update" || action === "restore") return true;
  if (action === "conflict" || action === "trashed" || match === undefined) return false;
  if (match.origin?.imported?.["digest"] === wanted.digest) return false;
  return match.origin !== undefined || source !== OWN || match.byTitle === true;
}

function rowsOf(
  { wanted, theirs, match }: Step,
  entity_id: number,
  source: string,
  placed: (fields: Columns) => Columns,
) {
  const { kind, uid, digest, origins, claims = match?.origin?.imported?.["claims"] } = wanted;
  const imported = JSON.stringify(
    match?.byTitle ? { digest, alias: true } : { digest, columns: placed(theirs), claims },
  );
  return [
    { entity: kind, entity_id, source, external_id: uid, imported },
    ...origins.map((origin) => ({
      ...{ entity: kind, entity_id, source: origin.source, external_id: origin.id },
      imported: null,
    })),
  ];
}
