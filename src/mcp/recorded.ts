import type { Asker, Attempt, AuditOutcome, Subject } from "../audit/audit.ts";
import { holdsCredential } from "../credential_text.ts";
import { Denied } from "../errors.ts";
import { outcomeOf } from "../outcome.ts";
import { InputNeeded } from "./live_exchange.ts";

/** A request, beside what it asks for. */
export interface Asked {
  readonly asker: Asker;
  readonly client: string;
  readonly address: string | null;
  readonly request_id: string | null;
  readonly signal: AbortSignal;
}

/** Runs what was asked for, and records how it ended; changes nothing of it. */
export async function recorded<T>(
  record: (attempt: Attempt) => void,
  asked: Asked,
  subject: (answer?: T) => Subject,
  step: () => T | Promise<T>,
): Promise<T> {
  const began = performance.now();
  const ended = (meant: Subject, outcome: AuditOutcome, reason: string | null) =>
    record(attemptOf(asked, meant, outcome, reason, performance.now() - began));
  try {
    const answer = await step();
    ended(subject(answer), "ok", null);
    return answer;
  } catch (error) {
    ended(subject(), endOf(error, asked.signal), reasonOf(error));
    throw error;
  }
}

/** The record of a request that ended so. */
export function attemptOf(
  { asker, client, address, request_id }: Asked,
  subject: Subject,
  outcome: AuditOutcome,
  reason: string | null,
  duration_ms: number,
): Attempt {
  const { id, user_id } = asker;
  const { action, target, named } = subject;
  return {
    ...{ action, target, named, asker: { id, user_id }, user_id: subject.user_id },
    ...{ client, address, request_id, outcome, reason, duration_ms },
  };
}

/** How a request ended that threw this. */
export function endOf(error: unknown, signal: AbortSignal): AuditOutcome {
  return error instanceof InputNeeded ? "input_required" : outcomeOf(error, signal);
}

/** The rule of a denial. */
export function reasonOf(error: unknown): string | null {
  return error instanceof Denied ? error.rule : null;
}

/** The id of a request as it is recorded; one that says more than an id is not. */
export function requestIdOf(id: string | number | null): string | null {
  const text = id === null ? "" : String(id);
  return /^[\w.:/=+#@-]{1,64}$/.test(text) && !holdsCredential(text) ? text : null;
}
