import type { Kysely } from "kysely";
import { termsAgain } from "../src/db/terms_again.ts";
import { hasHangul } from "../src/life/terms.ts";

/** Korean is found by parts of what stands between two spaces. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await termsAgain(db, hasHangul);
}
