import { AppError } from "../../errors.ts";
import type { Draft } from "../journal.ts";
import { areaOf, isInReach } from "../placing.ts";
import { type MemoryRecord, recordOf, type Records, shelves } from "../records.ts";
import { inPart } from "../scope.ts";
import { canonicalOf, digestOf } from "../terms.ts";
import { isEcho, type Source } from "./served.ts";

/** The memory that says the same, word for word and of the same day and thing; `undefined` for none. */
export async function findRepeat(
  draft: Draft,
  fields: Omit<MemoryRecord, "id">,
): Promise<MemoryRecord | undefined> {
  const { tx, user_id, actor } = draft;
  const rows = await tx.selectFrom("memories").selectAll()
    .where(inPart("memories", { owners: [user_id], areas: actor.areas }))
    .where("digest", "=", digestOf(fields.content)).where("deleted_at", "is", null)
    .where("superseded_by", "is", null).where("memory_type", "=", fields.memory_type)
    .orderBy("id").execute();
  const given = { ...fields, metadata: fields.metadata ?? undefined };
  const found = rows.find((row) => isOfSame(row, given));
  return found && recordOf.memory(found);
}

/** Whether a memory is of the type, the day and the thing that were given; what was not given is the same. */
export function isOfSame(record: MemoryRecord, given: Given): boolean {
  return COMPARED.every((name) => given[name] === undefined || given[name] === record[name]);
}

const COMPARED = ["memory_type", "occurred_at", "goal_id", "task_id", "metadata"] as const;
type Given = { readonly [Name in typeof COMPARED[number]]?: MemoryRecord[Name] | undefined };

/**
 * The memory that a text repeats which its client has just read; `undefined` where it repeats none, or
 * one that says something else by now, was superseded or is gone.
 *
 * @throws AppError `conflict` where it repeats something else that is there
 */
export async function findEchoed(
  { tx, user_id, actor }: Draft,
  content: string,
  source: Source | undefined,
): Promise<MemoryRecord | undefined> {
  if (source === undefined) return undefined;
  const { entity, id } = source;
  const record = await shelves[entity].find(tx, id);
  if (record === undefined || record.deleted_at !== null || record.user_id !== user_id) {
    return undefined;
  }
  const said = canonicalOf(content);
  const saysSo = textsOf(record).some((text) => isEcho(said, canonicalOf(text)));
  if (!saysSo || !isInReach(actor, await areaOf(tx, record))) return undefined;
  if ("content" in record) return record.superseded_by === null ? record : undefined;
  throw new AppError(
    "conflict",
    `Cannot add a memory as its text is that of ${
      entity.replace("_", " ")
    } ${id}, which was read ` +
      "a moment ago: it is kept already",
    "say in other words what is new about it",
  );
}

function textsOf(record: Records[Source["entity"]]): string[] {
  if ("content" in record) return [record.content];
  return ["title" in record ? record.title : record.name, record.description ?? ""];
}
