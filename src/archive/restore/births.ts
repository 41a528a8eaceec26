import { sql } from "kysely";
import type { Tx } from "../../db/db.ts";
import type { Scratch } from "../../db/scratch.ts";
import { storeName } from "../../life/births.ts";
import { ENTITIES } from "./ids_in_text.ts";
import type { Shifts } from "./renumber.ts";

interface Moving {
  readonly tx: Pick<Tx, "selectFrom">;
  readonly scratch: Scratch;
  readonly people: readonly string[];
  /** The name of the store that the archive is of. */
  readonly store: string;
}

/** Notes in what is restored where it was made, of what would get another lasting name here. */
export async function noteBirths(
  { tx, scratch, people, store }: Moving,
  shifts: Shifts,
): Promise<void> {
  const isHome = await storeName(tx) === store;
  for (const [entity, table] of Object.entries(ENTITIES)) {
    if (isHome && shifts[table] === 0) continue;
    await sql`insert or ignore into births (user_id, entity, entity_id, store, born_id)
      select user_id, ${entity}, max(id), ${store}, max(id) from ${sql.table(table)}
      where user_id in (${sql.join(people)}) group by user_id`.execute(scratch.db);
  }
}
