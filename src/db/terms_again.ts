import type { Kysely } from "kysely";
import { chunksOf } from "./chunks.ts";
import { termOf, termsOf, wordsOf } from "../life/terms.ts";
import type { Schema } from "./schema.ts";

const READ_AT_ONCE = 100;
const WORDS_AT_ONCE = 500;

/** Takes the terms and words anew of those memories whose text is concerned. */
export async function termsAgain(
  db: Kysely<unknown>,
  isConcerned: (text: string) => boolean,
): Promise<void> {
  const life = db.withTables<Pick<Schema, "memories" | "memory_words">>();
  for (let last = 0;;) {
    const memories = await life.selectFrom("memories").select(["id", "user_id", "content"])
      .where("deleted_at", "is", null).where("id", ">", last).orderBy("id").limit(READ_AT_ONCE)
      .execute();
    for (const { id, user_id, content } of memories) {
      last = id;
      if (!isConcerned(content)) continue;
      const terms = termsOf(content).map((term) => termOf(user_id, term)).join(" ");
      await life.updateTable("memories").set({ terms }).where("id", "=", id).execute();
      const words = [...new Set(wordsOf(content))].map((word) => ({ user_id, word }));
      for (const part of chunksOf(words, WORDS_AT_ONCE)) {
        await life.insertInto("memory_words").values(part)
          .onConflict((conflict) => conflict.columns(["user_id", "word"]).doNothing()).execute();
      }
    }
    if (memories.length < READ_AT_ONCE) return;
  }
}
