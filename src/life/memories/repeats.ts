import { AppError } from "../../errors.ts";
import type { Draft } from "../journal.ts";
import { areaOf, isInReach } from "../placing.ts";
import { type MemoryRecord, recordOf, type Records, shelves } from "../records.ts";
import { inPart } from "../scope.ts";
import { canonicalOf, digestOf } from "../terms.ts";
import { CUT } from "../fields.ts";
import { isEcho, type Item, type Source } from "./served.ts";

/**
 * The memory that says the same, word for word and of the same day and thing, of whatever type; `undefined`
 * for none.
 */
export async function findRepeat(
  draft: Draft,
  fields: Omit<MemoryRecord, "id">,
): Promise<MemoryRecord | undefined> {
  const { tx, user_id, actor } = draft;
  const rows = await tx.selectFrom("memories").selectAll()
    .where(inPart("memories", { owners: [user_id], areas: actor.areas }))
    .where("digest", "=", digestOf(fields.content)).where("deleted_at", "is", null)
    .where("superseded_by", "is", null)
    .orderBy("id").execute();
  const given = { ...fields, metadata: fields.metadata ?? undefined };
  const found = rows.find((row) => isOfSame(row, given));
  return found && recordOf.memory(found);
}

/** Whether a memory is of the day and the thing that were given; what was not given is the same. */
export function isOfSame(record: MemoryRecord, given: Given): boolean {
  return COMPARED.every((name) => given[name] === undefined || given[name] === record[name]);
}

const COMPARED = ["occurred_at", "goal_id", "task_id", "metadata"] as const;
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
  if (source === "text") {
    throw kept("what was read a moment ago, and is made of what is kept already");
  }
  const { entity, id } = source;
  const record = await shelves[entity].find(tx, id);
  if (record === undefined || record.deleted_at !== null || record.user_id !== user_id) {
    return undefined;
  }
  const said = canonicalOf(content);
  const saysSo = textsOf(record).some((text) => repeats(said, canonicalOf(text)));
  if (!saysSo || !isInReach(actor, await areaOf(tx, record))) return undefined;
  if ("content" in record) return record.superseded_by === null ? record : undefined;
  const item = `${entity.replace("_", " ")} ${id}`;
  throw kept(`that of ${item}, which was read a moment ago: it is kept already`);
}

function kept(what: string): AppError {
  return new AppError(
    "conflict",
    `Cannot add a memory as its text is ${what}`,
    "say in other words what is new about it",
  );
}

/** Whether a text says what another does, or what is shown of it where it is cut; both canonical. */
function repeats(said: string, text: string): boolean {
  const [shown = "", ...rest] = said.split(CUT);
  return rest.length > 0 ? text.startsWith(shown) : isEcho(said, text);
}

function textsOf(record: Records[Item["entity"]]): string[] {
  if ("content" in record) return [record.content];
  return ["title" in record ? record.title : record.name, record.description ?? ""];
}
