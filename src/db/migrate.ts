import type { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { AppError, messageOf } from "../errors.ts";
import type { ColumnTypes, Schema } from "./schema.ts";
import { STEPS } from "./steps.ts";

/**
 * Takes every step that the store still lacks, all in one transaction.
 *
 * @param last the step after which it ends; absent, the newest
 * @throws AppError `unavailable` naming the step that failed; the store is then as before
 */
export async function migrate(
  db: Kysely<Schema>,
  types: ColumnTypes,
  last?: string,
): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations(types)) },
  });
  const { error, results = [] } = last === undefined
    ? await migrator.migrateToLatest()
    : await migrator.migrateTo(last);
  if (error === undefined) return results.map(({ migrationName }) => migrationName);
  if (error instanceof AppError) throw error;
  const failed = results.find(({ status }) => status === "Error")?.migrationName;
  throw new AppError(
    "unavailable",
    `Cannot bring the schema up to date${failed ? ` at ${failed}` : ""}: ${messageOf(error)}`,
    "mend that and run `selfos migrate up`; the store is as it was before",
    { cause: error },
  );
}

function migrations(types: ColumnTypes) {
  return Object.fromEntries(
    Object.entries(STEPS).map(([name, load]) => [
      name,
      { up: async (db: Kysely<unknown>) => await (await load()).up(db, types) },
    ]),
  );
}
