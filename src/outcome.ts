import { AppError, type ErrorCode, UnknownTool } from "./errors.ts";

/** How a call ended: well, refused under a code, given up by its client, or on a defect. */
export type Outcome = "ok" | ErrorCode | "unknown_tool" | "cancelled" | "error";

/** How a call ended that threw this. */
export function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  if (error instanceof AppError) return error.code;
  if (error instanceof UnknownTool) return "unknown_tool";
  return signal.aborted ? "cancelled" : "error";
}
