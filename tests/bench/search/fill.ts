import type { Database } from "../../../src/db/db.ts";
import { digestOf, termOf, termsOf, wordsOf } from "../../../src/life/terms.ts";
import { bytesOf } from "../../../src/db/vector_bytes.ts";
import { randomFrom, type Sentences } from "./sentences.ts";

const DIMS = 512;
const CHUNK = 500;
const AT = "2026-11-01T08:00:00.000Z";

/** Adds memories with vectors that say nothing, as embedding a hundred thousand texts takes minutes. */
export async function fill(
  db: Database,
  { user_id, model, count }: { user_id: string; model: string; count: number },
  sentences: Sentences,
): Promise<void> {
  const random = randomFrom(count);
  const seen = new Set<string>();
  for (let start = 0; start < count; start += CHUNK) {
    const texts = Array.from({ length: Math.min(CHUNK, count - start) }, () => sentences.next());
    const words = new Set(texts.flatMap(wordsOf)).difference(seen);
    await db.write(user_id, async (tx) => {
      const rows = await tx.insertInto("memories").values(texts.map((content) => ({
        ...{ user_id, content, memory_type: "note", metadata: null, occurred_at: null },
        ...{ goal_id: null, task_id: null, superseded_by: null, source: "client", client: "bench" },
        ...{ created_at: AT, updated_at: AT, deleted_at: null, embedded: model },
        digest: digestOf(content),
        terms: termsOf(content).map((term) => termOf(user_id, term)).join(" "),
      }))).returning("id").execute();
      await tx.insertInto("vectors").values(rows.map(({ id: entity_id }) => ({
        ...{ user_id, entity: "memory", entity_id, seq: 0, model, dims: DIMS, digest: "" },
        vector: bytesOf(unitVector(random)),
      }))).execute();
      if (words.size === 0) return;
      await tx.insertInto("memory_words").values([...words].map((word) => ({ user_id, word })))
        .onConflict((conflict) => conflict.columns(["user_id", "word"]).doNothing()).execute();
    });
    for (const word of words) seen.add(word);
  }
}

function unitVector(random: () => number): Float32Array<ArrayBuffer> {
  const vector = Float32Array.from({ length: DIMS }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
