import { z } from "zod";
import type { OwnBackups } from "../archive/on_demand.ts";
import type { Database } from "../db/db.ts";
import type { Visits } from "../insights/catch_up/visits.ts";
import type { Queries } from "../insights/query/query.ts";
import type { Actor } from "../life/actor.ts";
import type { Life } from "../life/life.ts";
import type { Source } from "../life/memories/served.ts";
import type { Access, Exchange, Tool } from "../mcp/define.ts";
import type { Planner } from "../planning/planner.ts";
import type { Search } from "../search/search.ts";

/** What the `run` of a tool, or the `read` of a resource, is given beside its input. */
export interface ToolContext extends Exchange {
  readonly life: Life;
  readonly search: Search;
  readonly queries: Queries;
  readonly planner: Planner;
  /** What a text repeats that this client has read within ten minutes. */
  echoOf(text: string): Source | undefined;
  readonly visits: Visits;
  readonly backups: Pick<OwnBackups, "backUp">;
  readonly db: Database;
  /** On whose behalf and by whom; its `user_id` is the person whose life is meant. */
  readonly actor: Actor;
  readonly now: Date;
}

type Strict<Shape extends z.ZodRawShape> = z.ZodObject<Shape, z.core.$strict>;

interface ToolSpec<Shape extends z.ZodRawShape, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly access: Access;
  /** Whether it asks what is beyond the store, such as a model. */
  readonly asksOutside?: true;
  /** Whether it answers nothing but what it is told. */
  readonly echoes?: true;
  readonly input: z.ZodObject<Shape>;
  readonly output: Output;
  /** The readable twin, where the one that all answers have does not do. */
  text?(output: z.output<Output>): string;
  run(input: z.output<Strict<Shape>>, context: ToolContext): Promise<z.input<Output>>;
}

/** A tool as a literal; arguments that its input does not name are refused. */
export function defineTool<Shape extends z.ZodRawShape, Output extends z.ZodObject>(
  tool: ToolSpec<Shape, Output>,
): Tool<ToolContext> {
  const input: Strict<Shape> = tool.input.strict();
  return {
    ...tool,
    input,
    prepare(args) {
      const { data, error } = input.safeParse(args);
      if (error) return { issues: error.issues };
      return { input: data, run: (context) => tool.run(data, context) };
    },
  };
}

export const Id = z.int().min(1);
export const Title = z.string().trim().min(1).max(500);
export const Description = z.string().max(20_000);
export const When = z.string().trim().min(1).max(100);

/** The arguments of every list. */
export function page(limit: number) {
  return {
    limit: z.int().min(1).max(100).default(limit),
    cursor: z.string().max(500).optional(),
  };
}

/** The dates of the arguments by name, as they were understood. */
export const resolved = z.record(z.string(), z.string()).optional();

/** What every list answers beside its items. */
export const pageInfo = {
  total: z.int(),
  total_exact: z.literal(false).optional(),
  next_cursor: z.string().nullable(),
  withheld: z.int().optional(),
  resolved,
};

/** What a list answers where its items were found by meaning. */
export const byMeaning = {
  matched: z.literal("meaning").optional(),
  not_embedded: z.int().optional(),
  words_only: z.string().optional(),
};

/** What every write answers beside its items. */
export const receipt = {
  change_id: z.int().nullable(),
  replayed: z.literal(true).optional(),
};
