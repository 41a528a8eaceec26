import { Buffer } from "node:buffer";
import { sql } from "kysely";
import type { Database } from "../../db/db.ts";
import type { Draft } from "../journal.ts";
import type { MemoryRecord } from "../records.ts";
import { inPart } from "../scope.ts";
import { LONGEST_WORD, STOP_TERMS, termOf } from "../terms.ts";

/** How alike the terms of two memories are that are likely the same: what both have, of what either has. */
const LIKELY = 0.6;

/** So many of the terms of a new memory, the longest first, lead to those that may be alike. */
const LEADS = 8;
const MOST_CANDIDATES = 200;

/** So many terms of a memory, where they are of usual length, are compared with those of another. */
const COMPARED = 250;

/** A memory that is likely the same in other words: which, and how it reads. */
export interface LikelyRepeat {
  id: number;
  content: string;
}

/**
 * The memory whose words are most like those of a new one, where they are alike enough. The store is
 * held meanwhile: no more of any memory is read than is compared.
 */
export async function findLikely(
  { idsWithTerm }: Pick<Database, "idsWithTerm">,
  { tx, user_id, actor }: Draft,
  { id }: Pick<MemoryRecord, "id">,
): Promise<LikelyRepeat | undefined> {
  const { terms } = await tx.selectFrom("memories").select("terms").where("id", "=", id)
    .executeTakeFirstOrThrow();
  if (terms === "") return undefined;
  const untelling = new Set(STOP_TERMS.map((term) => termOf(user_id, term)));
  const tellingIn = (terms: string) => {
    const all = terms.split(" ");
    const telling = all.filter((term) => !untelling.has(term));
    return telling.length > 0 ? telling : all;
  };
  const telling = tellingIn(terms);
  const leads = [...telling].sort((a, b) => b.length - a.length).slice(0, LEADS);
  const led = leads.map((term) =>
    sql<boolean>`memories.id in ${idsWithTerm("memories", term, MOST_CANDIDATES)}`
  );
  const { least, most } = lengthsLike(telling, user_id);
  const length = sql<number>`octet_length(memories.terms)`;
  const beginning = COMPARED * termOf(user_id, "average").length;
  const rows = await tx.selectFrom("memories")
    .select(["id", length.as("length")])
    .select(sql<string>`substr(memories.terms, 1, ${sql.lit(beginning)})`.as("terms"))
    .where(inPart("memories", { owners: [user_id], areas: actor.areas }))
    .where(sql<boolean>`(${sql.join(led, sql` or `)})`).where("deleted_at", "is", null)
    .where("superseded_by", "is", null).where("id", "<>", id)
    .where(length, ">=", least).where(length, "<=", most)
    .orderBy("id", "desc").limit(MOST_CANDIDATES).execute();
  const compared = (terms: string) => new Set(tellingIn(terms.slice(0, beginning)));
  const own = compared(terms);
  // Where only beginnings are compared, the whole is about as long.
  const size = Buffer.byteLength(terms);
  const isLike = (row: { terms: string; length: number }) =>
    Math.max(row.terms.length, terms.length) < beginning ||
    Math.min(row.length, size) >= LIKELY * Math.max(row.length, size);
  const [best] = rows.filter(isLike)
    .map((row) => ({ id: row.id, likeness: likeness(own, compared(row.terms)) }))
    .sort((a, b) => b.likeness - a.likeness);
  if (best === undefined || best.likeness < LIKELY) return undefined;
  return await tx.selectFrom("memories").select(["id", "content"]).where("id", "=", best.id)
    .executeTakeFirstOrThrow();
}

/** Between how many bytes the terms of a memory are that can be likely the same, stop words included. */
function lengthsLike(telling: readonly string[], user_id: string) {
  const lengths = telling.map((term) => Buffer.byteLength(`${term} `)).sort((a, b) => a - b);
  const sum = (some: readonly number[]) => some.reduce((all, length) => all + length, 0);
  const shared = Math.ceil(LIKELY * telling.length);
  const others = Math.floor(telling.length / LIKELY) - telling.length;
  const longest = termOf(user_id, " ").length + MOST_BYTES * LONGEST_WORD;
  const untelling = STOP_TERMS.map((term) => termOf(user_id, `${term} `).length);
  return {
    least: sum(lengths.slice(0, shared)) - 1,
    most: sum(lengths) + others * longest + sum(untelling),
  };
}

/** Of one UTF-16 unit in UTF-8. */
const MOST_BYTES = 3;

/** Jaccard's index of two sets of terms, from 0 to 1. */
function likeness(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  const both = some.intersection(others).size;
  return both / (some.size + others.size - both);
}
