import type { Output } from "./output.ts";
import type { Order } from "./usage.ts";

/** What a command is run with. */
export interface Run extends Order {
  readonly out: Output;
  /** Aborted when the process is asked to stop. */
  readonly stop: AbortSignal;
}

/** The module of one command. Throws AppError or UsageError for what the person can mend. */
export interface CommandModule {
  run(run: Run): Promise<void>;
}

/** The text value of an option. */
export function textOption({ invocation }: Order, name: string): string | undefined {
  const value = invocation.options[name];
  return typeof value === "string" ? value : undefined;
}

/** The positional argument at an index that the command line is known to have. */
export function positional({ invocation }: Order, index: number): string {
  return invocation.positionals[index] ?? "";
}
