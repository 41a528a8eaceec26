import type { Kysely } from "kysely";
import type { Schema } from "../src/db/schema.ts";
import { hasHangul, termOf, termsOf, wordsOf } from "../src/life/terms.ts";

const READ_AT_ONCE = 100;
const WORDS_AT_ONCE = 500;

/** Korean is found by parts of what stands between two spaces. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const life = db.withTables<Pick<Schema, "memories" | "memory_words">>();
  for (let last = 0;;) {
    const memories = await life.selectFrom("memories").select(["id", "user_id", "content"])
      .where("deleted_at", "is", null).where("id", ">", last).orderBy("id").limit(READ_AT_ONCE)
      .execute();
    for (const { id, user_id, content } of memories) {
      last = id;
      if (!hasHangul(content)) continue;
      const terms = termsOf(content).map((term) => termOf(user_id, term)).join(" ");
      await life.updateTable("memories").set({ terms }).where("id", "=", id).execute();
      const words = [...new Set(wordsOf(content))].map((word) => ({ user_id, word }));
      for (let at = 0; at < words.length; at += WORDS_AT_ONCE) {
        await life.insertInto("memory_words").values(words.slice(at, at + WORDS_AT_ONCE))
          .onConflict((conflict) => conflict.columns(["user_id", "word"]).doNothing()).execute();
      }
    }
    if (memories.length < READ_AT_ONCE) return;
  }
}
