import { createHash, randomBytes } from "node:crypto";
import type { ExpressionBuilder } from "kysely";
import type { Database } from "../db/db.ts";
import type { Schema } from "../db/schema.ts";
import type { Actor } from "../life/actor.ts";
import type { DayPlan } from "./day/plan.ts";
import type { GoalPlan } from "./goal/plan.ts";

/** What was suggested, as far as it can be applied. */
export type Plan = GoalPlan | DayPlan;

/** So long a plan can be applied. */
export const PLAN_LASTS_MS = 24 * 3600_000;

/** So long after its end it is still known, so that a proposal to apply it can be approved. */
const KEPT_MS = 30 * 24 * 3600_000;

/** So many that were not applied are kept for one credential: nobody goes through more. */
const MOST_KEPT = 200;

const TOKEN = /^plan_[\w-]{22}$/;

/**
 * Keeps a plan for whom it was made; answers the token that has it applied.
 *
 * @param owner whose life it is about
 */
export async function keepPlan(
  db: Database,
  { user_id, principal }: Actor,
  plan: Plan,
  now: Date,
  owner: string = user_id,
): Promise<string> {
  const token = `plan_${randomBytes(16).toString("base64url")}`;
  const row = {
    ...{ digest: digestOf(token), user_id, owner, principal, content: JSON.stringify(plan) },
    at: now.toISOString(),
    expires_at: later(now, PLAN_LASTS_MS),
    ...{ choice: null, change_id: null, result: null },
  };
  await db.write(user_id, async (tx) => {
    await tx.deleteFrom("plans").where("expires_at", "<", later(now, -KEPT_MS)).execute();
    const surplus = await tx.selectFrom("plans").select("digest").where("user_id", "=", user_id)
      .where("principal", "=", principal).where("choice", "is", null)
      .where("digest", "not in", (from) => awaited(from, user_id))
      .orderBy("at", "desc").orderBy("digest").limit(1000).offset(MOST_KEPT - 1).execute();
    if (surplus.length > 0) {
      await tx.deleteFrom("plans").where("digest", "in", surplus.map(({ digest }) => digest))
        .execute();
    }
    await tx.insertInto("plans").values(row).execute();
  });
  return token;
}

/** The plans that proposals wait with, which may be approved. */
function awaited(from: ExpressionBuilder<Schema, "plans">, user_id: string) {
  return from.selectFrom("proposals").select(({ ref }) => ref("plan").$notNull().as("plan"))
    .where("user_id", "=", user_id).where("status", "=", "pending").where("plan", "is not", null);
}

/** SHA-256 of a token in hex. */
export function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Whether a text has the form of a token. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}
