import { AppError, quote } from "../../errors.ts";
import { endSharesOfPrivate, findNamesake } from "../areas.ts";
import { changedFields, same } from "../fields.ts";
import type { Draft } from "../journal.ts";
import { reachOf } from "./choice.ts";
import { areaOf, isInReach, refuseOutOfReach } from "../placing.ts";
import { listed } from "../listed.ts";
import { type Entity, type Records, shelves } from "../records.ts";
import { shownAmong } from "../unseen.ts";
import { REFERENCES, shownValue, titleOf } from "./shown.ts";
import { brokenReferences, refuseDependencyCycle, refuseNestingCycle } from "../references.ts";

/** What an undo did. */
export interface Reversed {
  /** The changes that were reversed, newest first. */
  undone: number[];
  items: {
    entity: Entity;
    id: string;
    title: string;
    action: "removed" | "restored" | "reverted";
  }[];
}

interface Item {
  change_id: number;
  entity: string;
  entity_id: string;
  before: string | null;
  after: string | null;
}

type Image = Record<string, unknown>;

/** A record on its way back. */
interface Touched {
  readonly entity: Entity;
  readonly id: string;
  readonly original: Image;
  current: Image;
}

/**
 * Puts the fields of these changes back, newest first, where nobody changed them since.
 *
 * @throws AppError `conflict` with a line for every field or reference that stands in the way
 */
export async function reverse(draft: Draft, change_ids: readonly number[]): Promise<Reversed> {
  const touched = new Map<string, Touched>();
  const conflicts: string[] = [];
  for (const item of await itemsOf(draft, change_ids)) {
    const record = await touch(draft, touched, item);
    const clashes = step(record, item, draft.at);
    for (const field of clashes) {
      conflicts.push(await clash(draft, record, item, field, change_ids));
    }
  }
  for (const record of touched.values()) conflicts.push(...await lostLinks(draft, record));
  refuseAll(change_ids, conflicts);
  for (const { entity, original, current } of touched.values()) {
    await restore(draft, entity, original, current);
  }
  refuseAll(change_ids, await problemsOf(draft, touched.values()));
  await mark(draft, change_ids);
  return { undone: [...change_ids], items: [...touched.values()].map(summary) };
}

async function itemsOf(draft: Draft, change_ids: readonly number[]): Promise<Item[]> {
  return await draft.tx.selectFrom("change_items").selectAll()
    .where("change_id", "in", change_ids)
    .orderBy("change_id", "desc").orderBy("seq", "desc").execute();
}

async function touch(draft: Draft, touched: Map<string, Touched>, item: Item): Promise<Touched> {
  const entity = item.entity as Entity;
  const key = `${entity} ${item.entity_id}`;
  const known = touched.get(key);
  if (known) return known;
  if (entity === "user") refusePerson(draft, item);
  const found = await find(draft, entity, item.entity_id);
  refuseOutOfReach(draft.actor, entity, await areaOf(draft.tx, found));
  const original = { ...found };
  const record = { entity, id: item.entity_id, original, current: original };
  touched.set(key, record);
  return record;
}

/** Whether there is a person at all is the operator's to say, whatever tool is undone. */
function refusePerson({ actor }: Draft, { entity_id, before, after }: Item): void {
  const [was, is]: (Image | null)[] = [JSON.parse(before ?? "null"), JSON.parse(after ?? "{}")];
  if (actor.operator || was?.["deleted_at"] === is?.["deleted_at"]) return;
  throw new AppError(
    "permission_denied",
    `Cannot undo that the person "${entity_id}" came or went as only the operator may`,
    `ask the operator for: selfos history --user ${entity_id}`,
  );
}

async function find(draft: Draft, entity: Entity, id: string): Promise<Records[Entity]> {
  const record = entity === "user"
    ? await shelves.user.find(draft.tx, id)
    : await shelves[entity].find(draft.tx, Number(id));
  if (record) return record;
  throw new Error(`the journal names ${entity} ${id}, which is not in the store`);
}

/** Takes one step back; answers the fields that are no longer as the change left them. */
function step(record: Touched, item: Item, at: string): string[] {
  const before: Image | null = JSON.parse(item.before ?? "null");
  const after: Image = JSON.parse(item.after ?? "{}");
  const names = before ? changedFields(before, after) : Object.keys(after);
  const clashes = names.filter((name) =>
    name !== "updated_at" && !same(record.current[name], after[name])
  );
  const fields = before
    ? Object.fromEntries(names.map((name) => [name, before[name]]))
    : { deleted_at: at };
  record.current = { ...record.current, ...fields };
  return clashes;
}

/** A link to what somebody does not see is not theirs to take away. */
async function lostLinks({ tx, actor }: Draft, record: Touched): Promise<string[]> {
  const { entity, original, current } = record;
  if (actor.areas === undefined || (entity !== "goal" && entity !== "task")) return [];
  const linked = (image: Image) => {
    const { parent_goal_id, parent_task_id, depends_on } = image;
    const ids = [parent_goal_id, parent_task_id, ...Array.isArray(depends_on) ? depends_on : []];
    return ids.filter((id) => typeof id === "number");
  };
  const kept = linked(current);
  const lost = linked(original).filter((id) => !kept.includes(id));
  const isShown = await shownAmong(tx, entity === "goal" ? "goals" : "tasks", lost, actor);
  return lost.every(isShown) ? [] : [`${label(record)}: it is linked to what is withheld since`];
}

async function restore(
  draft: Draft,
  entity: Entity,
  original: Image,
  current: Image,
): Promise<void> {
  // Both are images of one record of this entity: only fields that the journal holds were set.
  const before = original as unknown as Records[Entity];
  const record = await draft.update(entity, before, current as Partial<Records[Entity]>);
  if ("private" in record) await endSharesOfPrivate(draft, record);
}

async function clash(
  draft: Draft,
  record: Touched,
  item: Item,
  field: string,
  undoing: readonly number[],
): Promise<string> {
  const after: Image = JSON.parse(item.after ?? "{}");
  const later = await draft.tx.selectFrom("change_items")
    .innerJoin("changes", "changes.id", "change_items.change_id")
    .select(["changes.id", "changes.client", "before", "after"])
    .where("entity", "=", item.entity).where("entity_id", "=", item.entity_id)
    .where("changes.id", ">", item.change_id).where("changes.id", "not in", undoing)
    .where(reachOf(draft)).orderBy("changes.id", "desc").execute();
  const by = later.find(({ before, after }) =>
    before !== null && changedFields(JSON.parse(before), JSON.parse(after ?? "{}")).includes(field)
  );
  const isHidden = draft.actor.areas !== undefined && REFERENCES.has(field);
  const [now, then] = [record.original[field], after[field]]
    .map((value) => quote(shownValue(field, value)));
  return `${label(record)}: ${field} is ${isHidden ? "not" : `${now}, not ${then}`} as change ` +
    `${item.change_id} left it` +
    (by ? `; change ${by.id} by ${by.client} set it since` : "");
}

async function problemsOf(draft: Draft, touched: Iterable<Touched>): Promise<string[]> {
  const problems: string[] = [];
  for (const { entity, id } of touched) {
    const record = await find(draft, entity, id);
    problems.push(...await brokenReferences(draft, entity, record));
    problems.push(...await namesakeOf(draft, record));
    try {
      await refuseCycles(draft, entity, record);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(error.message);
    }
  }
  return problems;
}

async function namesakeOf(draft: Draft, record: Records[Entity]): Promise<string[]> {
  if (!("weight" in record) || record.deleted_at !== null) return [];
  const namesake = await findNamesake(draft, record.name, record.id);
  if (namesake === undefined) return [];
  const which = isInReach(draft.actor, namesake.id) ? `life area ${namesake.id}` : "another one";
  return [`${which} is named ${quote(record.name)} too`];
}

async function refuseCycles(draft: Draft, entity: Entity, record: Records[Entity]): Promise<void> {
  if (record.deleted_at !== null) return;
  if (entity === "goal" && "parent_goal_id" in record) {
    await refuseNestingCycle(draft, "goal", record.id, record.parent_goal_id);
  }
  if (entity === "task" && "depends_on" in record) {
    await refuseNestingCycle(draft, "task", record.id, record.parent_task_id);
    await refuseDependencyCycle(draft, record.id, record.depends_on);
  }
}

function refuseAll(change_ids: readonly number[], problems: readonly string[]): void {
  if (problems.length === 0) return;
  const what = change_ids.length === 1 ? `change ${change_ids[0]}` : `${change_ids.length} changes`;
  throw new AppError(
    "conflict",
    `Cannot undo ${what} as later changes stand in the way:\n${listed(problems)}`,
    "undo those changes first, or set the fields with an update",
  );
}

async function mark(draft: Draft, change_ids: readonly number[]): Promise<void> {
  const own = await draft.changeId();
  await draft.tx.updateTable("changes").set({ undone_by: own, stands: 0 })
    .where("id", "in", change_ids).execute();
  // What a reversed undo had undone stands again, what that had undone does not, and so on.
  let reversed = change_ids;
  for (let stands = 1; reversed.length > 0; stands = 1 - stands) {
    const turned = await draft.tx.updateTable("changes").set({ stands })
      .where("undone_by", "in", reversed).returning("id").execute();
    reversed = turned.map(({ id }) => id);
  }
}

function summary(record: Touched): Reversed["items"][number] {
  const { entity, id, original, current } = record;
  const wasGone = original["deleted_at"] !== null;
  const isGone = current["deleted_at"] !== null;
  const action = wasGone === isGone ? "reverted" : isGone ? "removed" : "restored";
  return { entity, id, title: titleOf(current) ?? id, action };
}

function label({ entity, id, original }: Touched): string {
  const title = titleOf(original);
  return `${entity.replace("_", " ")} ${id}${title ? ` ${quote(title)}` : ""}`;
}
