import { type RawBuilder, sql } from "kysely";
import type { Database, Tx } from "../db/db.ts";

/** What of a life is found by meaning. */
export type Embedded = "memory" | "goal" | "task";

/** The text of an item for which no vectors of the model stand. */
export interface TextLeft {
  readonly id: number;
  readonly text: string;
}

const TABLES = { memory: "memories", goal: "goals", task: "tasks" } as const;

const TEXTS: Readonly<Record<Embedded, RawBuilder<string>>> = {
  memory: sql<string>`content`,
  goal: sql<string>`title || coalesce('. ' || description, '')`,
  task: sql<string>`title || coalesce('. ' || description, '')`,
};

/** How many bytes a text has: the store knows that without reading it. */
const LENGTHS: Readonly<Record<Embedded, RawBuilder<number>>> = {
  memory: sql<number>`octet_length(content)`,
  goal: sql<number>`octet_length(title) + coalesce(octet_length(description), 0)`,
  task: sql<number>`octet_length(title) + coalesce(octet_length(description), 0)`,
};

/** Longer texts are long ones; in bytes. */
const LONGEST_SHORT = 1500;

/**
 * Those of one person's texts that are still to be embedded and not long: of those that never were, the
 * newest first.
 */
export async function shortTextsLeft(
  { read }: Database,
  user_id: string,
  entity: Embedded,
  model: string,
  most: number,
): Promise<TextLeft[]> {
  const texts: TextLeft[] = [];
  for (const some of left(read, entity, model)) {
    if (texts.length === most) break;
    texts.push(
      ...await some.where("user_id", "=", user_id).where(LENGTHS[entity], "<=", LONGEST_SHORT)
        .select(["id", TEXTS[entity].as("text")])
        .orderBy("embedded").orderBy("id", "desc").limit(most - texts.length).execute(),
    );
  }
  return texts;
}

/** The shortest of one person's long texts that are still to be embedded. */
export async function longTextLeft(
  { read }: Database,
  user_id: string,
  entity: Embedded,
  model: string,
): Promise<TextLeft | undefined> {
  for (const some of left(read, entity, model)) {
    const text = await some.where("user_id", "=", user_id)
      .where(LENGTHS[entity], ">", LONGEST_SHORT).select(["id", TEXTS[entity].as("text")])
      .orderBy(LENGTHS[entity]).orderBy("id", "desc").limit(1).executeTakeFirst();
    if (text) return text;
  }
  return undefined;
}

/**
 * How many of one person's texts are still to be embedded, counted no further than the most.
 *
 * @param within where it is given, of those items alone
 */
export async function countLeft(
  { read }: Database,
  user_id: string,
  entity: Embedded,
  model: string,
  most: number,
  within?: RawBuilder<boolean>,
): Promise<number> {
  let counted = 0;
  for (const some of left(read, entity, model)) {
    const all = some.where("user_id", "=", user_id);
    const matching = (within === undefined ? all : all.where(within)).select("id")
      .limit(most - counted).as("matching");
    const { count } = await read.selectFrom(matching)
      .select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
    counted += count;
  }
  return counted;
}

/** The ids of the items of which this holds, outside the trash. */
export async function idsWithin(
  { read }: Database,
  entity: Embedded,
  within: RawBuilder<boolean>,
): Promise<number[]> {
  const rows = await read.selectFrom(TABLES[entity]).select("id").where(within)
    .where("deleted_at", "is", null).execute();
  return rows.map(({ id }) => id);
}

/** Whose memories are still to be embedded. */
export async function peopleLeft({ read }: Database, model: string): Promise<string[]> {
  const people = new Set<string>();
  for (const some of left(read, "memory", model)) {
    const rows = await some.select("user_id").distinct().execute();
    for (const { user_id } of rows) people.add(user_id);
  }
  return [...people];
}

/** The text of an item as it is now, and the model whose vectors stand for it; empty for none. */
export interface TextNow {
  readonly id: number;
  readonly text: string;
  readonly embedded: string;
}

/** The texts of these items; those in the trash have none. */
export async function textsOf(
  tx: Tx,
  entity: Embedded,
  ids: readonly number[],
): Promise<TextNow[]> {
  return await tx.selectFrom(TABLES[entity]).select(["id", "embedded", TEXTS[entity].as("text")])
    .where("id", "in", ids).where("deleted_at", "is", null).execute();
}

/** Notes that vectors of the model stand for the texts of these items. */
export async function markEmbedded(
  tx: Tx,
  entity: Embedded,
  ids: readonly number[],
  model: string,
): Promise<void> {
  await tx.updateTable(TABLES[entity]).set({ embedded: model }).where("id", "in", ids).execute();
}

/** Takes back that vectors of the model stand for any text of the person. */
export async function unmarkEmbedded(
  tx: Tx,
  user_id: string,
  entity: Embedded,
  model: string,
): Promise<void> {
  await tx.updateTable(TABLES[entity]).set({ embedded: "" }).where("user_id", "=", user_id)
    .where("embedded", "=", model).execute();
}

/** Two queries, as an index finds what is before or after a model, but not what is not equal to it. */
function left(read: Database["read"], entity: Embedded, model: string) {
  const texts = read.selectFrom(TABLES[entity]).where("deleted_at", "is", null);
  return [texts.where("embedded", "<", model), texts.where("embedded", ">", model)];
}
