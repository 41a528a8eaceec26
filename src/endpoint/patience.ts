import { setTimeout as elapse } from "node:timers/promises";
import { Passing } from "./request.ts";

/** How long somebody waits. */
export interface Patience {
  /** How long an answer may take, in milliseconds. */
  readonly patience: number;
  /** How often the endpoint is asked again. */
  readonly retries: number;
  /** How long it is left alone before it is asked again for the first time, about; in milliseconds. */
  readonly pause: number;
  /** When the time began to run, by the clock of `performance`; now unless told. */
  readonly begun?: number;
}

/** Whether all attempts share the time, as where somebody waits, or each of them has it. */
export type Sharing = "together" | "each";

/** An endpoint that wants more of a pause is not asked again for this call. */
const LONGEST_PAUSE_MS = 10_000;

/**
 * Asks, and asks again where that may help.
 *
 * @param ended aborted when nobody waits any more
 * @throws what the last attempt failed with
 */
export async function patiently<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  { patience, retries, pause, begun = performance.now() }: Patience,
  sharing: Sharing,
  ended: AbortSignal,
): Promise<T> {
  const left = () => sharing === "each" ? patience : patience - (performance.now() - begun);
  for (let attempt = 0, wait = 0;; attempt++) {
    try {
      if (wait > 0) await elapse(wait, undefined, { signal: ended });
      return await once(ask, { left: left(), patience }, ended);
    } catch (error) {
      if (!(error instanceof Passing) || attempt === retries) throw error;
      wait = error.after ?? pause * 2 ** attempt * (0.5 + Math.random());
      if (wait > (sharing === "each" ? LONGEST_PAUSE_MS : left())) throw error;
    }
  }
}

async function once<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  { left, patience }: { readonly left: number; readonly patience: number },
  ended: AbortSignal,
): Promise<T> {
  const late = AbortSignal.timeout(Math.max(1, Math.ceil(left)));
  const over = new AbortController();
  try {
    return await ask(AbortSignal.any([late, ended, over.signal]));
  } catch (error) {
    if (!late.aborted) throw error;
    throw new Passing(`it gives no answer within ${Math.ceil(patience / 1000)} s`);
  } finally {
    // Not every runtime hangs up on what it no longer reads.
    over.abort();
  }
}
