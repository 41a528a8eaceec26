import { sql } from "kysely";
import type { Database } from "../../db/db.ts";
import { AppError } from "../../errors.ts";
import type { Draft } from "../journal.ts";
import { areaOf, isInReach } from "../placing.ts";
import { type MemoryRecord, recordOf, type Records, shelves } from "../records.ts";
import { inPart } from "../scope.ts";
import { canonicalOf, digestOf, tellingTermsOf, termOf } from "../terms.ts";
import { isEcho, type Source } from "./served.ts";

/** How alike the terms of two memories are that are likely the same: what both have, of what either has. */
const LIKELY = 0.6;

/** So many of the terms of a new memory, the longest first, lead to those that may be alike. */
const LEADS = 8;
const MOST_CANDIDATES = 200;

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

/** A memory that is likely the same in other words: which, and how it reads. */
export interface LikelyRepeat {
  id: number;
  content: string;
}

/** The memory whose words are most like those of a new one, where they are alike enough. */
export async function findLikely(
  { idsWithTerm }: Pick<Database, "idsWithTerm">,
  { tx, user_id, actor }: Draft,
  { id, content }: Pick<MemoryRecord, "id" | "content">,
): Promise<LikelyRepeat | undefined> {
  const terms = tellingTermsOf(content);
  const leads = [...terms].sort((a, b) => b.length - a.length).slice(0, LEADS);
  if (leads.length === 0) return undefined;
  const led = leads.map((term) =>
    sql<boolean>`memories.id in ${idsWithTerm("memories", termOf(user_id, term), MOST_CANDIDATES)}`
  );
  const rows = await tx.selectFrom("memories").select(["id", "content"])
    .where(inPart("memories", { owners: [user_id], areas: actor.areas }))
    .where(sql<boolean>`(${sql.join(led, sql` or `)})`).where("deleted_at", "is", null)
    .where("superseded_by", "is", null).where("id", "<>", id)
    .orderBy("id", "desc").limit(MOST_CANDIDATES).execute();
  const [best] = rows.map((row) => ({
    row,
    likeness: likeness(terms, tellingTermsOf(row.content)),
  }))
    .sort((a, b) => b.likeness - a.likeness);
  return best !== undefined && best.likeness >= LIKELY ? best.row : undefined;
}

/** Jaccard's index of two sets of terms, from 0 to 1. */
function likeness(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  const both = some.intersection(others).size;
  return both / (some.size + others.size - both);
}
