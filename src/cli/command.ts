import { integer } from "../config/values.ts";
import { AppError, messageOf, UsageError } from "../errors.ts";
import type { Output } from "./output.ts";
import type { Order } from "./usage.ts";

/** What a command is run with. */
export interface Run extends Order {
  readonly out: Output;
  /** Aborted when the process is asked to stop. */
  readonly stop: AbortSignal;
}

/**
 * The module of one command. Throws AppError or UsageError for what the person can mend; answers 1 where
 * what it has found and told is a failure.
 */
export interface CommandModule {
  run(run: Run): Promise<void | 1>;
}

/** The text value of an option. */
export function textOption({ invocation }: Order, name: string): string | undefined {
  const value = invocation.options[name];
  return typeof value === "string" ? value : undefined;
}

/** The values of an option that takes several, one after the other or with commas between them. */
export function listOption({ invocation }: Order, name: string): string[] | undefined {
  const given = invocation.options[name];
  return Array.isArray(given)
    ? given.flatMap((text) => String(text).split(",")).map((text) => text.trim())
    : undefined;
}

/** Parses the value of a flag; a bad one is wrong usage. */
export function valueOf<T>({ invocation }: Order, flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new UsageError(
      `Cannot use --${flag}: ${messageOf(error)}`,
      error.advice ?? `selfos help ${invocation.command}`,
    );
  }
}

/** How many entries a page of a list has. */
export function limitOption(order: Order): number {
  const text = textOption(order, "limit") ?? "20";
  return valueOf(order, "limit", () => integer("limit", text, 1, 100));
}

/** The positional argument at an index that the command line is known to have. */
export function positional({ invocation }: Order, index: number): string {
  return invocation.positionals[index] ?? "";
}
