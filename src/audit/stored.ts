import { Buffer } from "node:buffer";
import { type Kysely, sql } from "kysely";
import type { Database } from "../db/db.ts";
import type { Schema } from "../db/schema.ts";
import type { ChainedRow } from "./chain.ts";

/** A row of the trail as it was read, and whether that is all that is stored of it. */
export type StoredRow = ChainedRow & { readonly whole: boolean };

/** A store of which rows are read, by a transaction of it. */
export interface Reading extends Pick<Database, "hexOf"> {
  readonly read: Pick<Kysely<Schema>, "selectFrom">;
}

const TEXTS = [
  ...["at", "user_id", "principal", "person", "client", "address"] as const,
  ...["action", "target", "outcome", "reason", "request_id", "previous", "hash"] as const,
] satisfies (keyof ChainedRow)[];

/** Rows in their order, oldest first: those after an id, where one is given. */
export async function storedRows(
  { read, hexOf }: Reading,
  limit: number,
  after?: number,
): Promise<StoredRow[]> {
  const query = read.selectFrom("audit").selectAll()
    .select(hexOf(TEXTS.map((name) => sql.ref(name))).as("hex")).orderBy("id").limit(limit);
  const rows = await (after === undefined ? query : query.where("id", ">", after)).execute();
  return rows.map(({ hex, ...row }) => ({ ...row, whole: hex === hexOfRead(row) }));
}

function hexOfRead(row: ChainedRow): string {
  return Buffer.from(TEXTS.map((name) => row[name] ?? "").join("")).toString("hex");
}
