import type { Kysely } from "kysely";
import { termsAgain } from "../src/db/terms_again.ts";

const ARABIC_OR_FLAGS = /\p{Script=Arabic}|\p{RI}{2}/u;

/** Arabic is found without its article, and flags are found at all. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await termsAgain(db, (text) => ARABIC_OR_FLAGS.test(text));
}
