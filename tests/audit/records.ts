/** What the audit trail of a SelfOS under test holds. */
import type { AuditRecord } from "../../src/audit/list.ts";
import { Trail } from "../../src/audit/trail.ts";
import type { Attempt } from "../../src/audit/audit.ts";
import type { TestApp } from "../harness.ts";

/** All records, oldest first; the trail is at its end then. */
export async function recordsOf({ app }: TestApp): Promise<AuditRecord[]> {
  if (app.audit instanceof Trail) await app.audit[Symbol.asyncDispose]();
  return await app.db.read.selectFrom("audit").selectAll().orderBy("id").execute();
}

/** The records in words: who, on whose life, what, how it ended. */
export async function linesOf(test: TestApp): Promise<string[]> {
  return (await recordsOf(test)).map((row) =>
    `${row.person} on ${row.user_id}: ${row.action} ${row.target} ${row.outcome}`
  );
}

/** An attempt of Ada's that went well, unless told. */
export function attempt(given: Partial<Attempt> = {}): Attempt {
  return {
    action: "tools/call",
    target: "list_tasks",
    user_id: "ada",
    asker: { id: "local", user_id: "ada" },
    client: "test",
    address: null,
    outcome: "ok",
    reason: null,
    duration_ms: 1,
    request_id: "1",
    ...given,
  };
}
