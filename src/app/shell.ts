import type { App } from "../app.ts";
import type { Subject } from "../audit/audit.ts";
import { AppError, Denied } from "../errors.ts";
import type { Answer } from "../mcp/call.ts";
import type { Principal } from "../permissions.ts";

/** What is known of whoever types commands. */
const SHELL = { client: "selfos", address: null, request_id: null };

/** Runs one tool outside a connection; throws what was refused. */
export async function callAs(
  { engine }: App,
  principal: Principal,
  name: string,
  args: unknown,
  signal: AbortSignal,
): Promise<Answer> {
  const { callTool } = await import("../mcp/call.ts");
  const { silentExchange } = await import("../mcp/exchange.ts");
  const { recorded } = await import("../mcp/recorded.ts");
  const { subjectOfCall } = await import("../mcp/subjects.ts");
  return await recorded(
    engine.record,
    { asker: principal, ...SHELL, signal },
    () => subjectOfCall(engine.registry, principal, name, args),
    () => callTool(engine, principal, name, args, silentExchange(SHELL.client, signal)),
  );
}

/** Whether a call is allowed, and if not, why; `fails` is what else would stand in its way. */
export type Judgement =
  | { readonly allowed: true; readonly fails?: string }
  | { readonly allowed: false; readonly rule: string; readonly grant?: string | undefined };

/** Judges a call by running it, in an app that takes back what it writes. */
export async function rehearse(
  { engine }: App,
  principal: Principal,
  name: string,
  args: unknown,
  signal: AbortSignal,
): Promise<Judgement> {
  const { callTool, decideCall } = await import("../mcp/call.ts");
  const { silentExchange } = await import("../mcp/exchange.ts");
  try {
    const decision = decideCall(engine, principal, name, args);
    if (!decision.allowed) return decision;
    await callTool(engine, principal, name, args, silentExchange(SHELL.client, signal));
    return { allowed: true };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "unavailable") throw error;
    const { code, message, advice } = error;
    if (code !== "permission_denied") return { allowed: true, fails: `${code}: ${message}` };
    return { allowed: false, rule: error instanceof Denied ? error.rule : message, grant: advice };
  }
}

/** Runs what the operator does beside any life, and records how it ended. */
export async function manage<T>(
  { engine }: App,
  subject: (answer?: T) => Subject,
  signal: AbortSignal,
  step: () => Promise<T>,
): Promise<T> {
  const { recorded } = await import("../mcp/recorded.ts");
  const asker = { id: "local", user_id: null };
  return await recorded(engine.record, { asker, ...SHELL, signal }, subject, step);
}
