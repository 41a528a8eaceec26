import { z } from "zod";
import { outline } from "../../insights/query/tables.ts";
import { defineTool } from "../tool.ts";

export const queryData = defineTool({
  name: "query_data",
  title: "Ask in SQL",
  description: [
    "Runs one read-only SQL statement (SQLite's dialect) on a private copy of what the caller sees, for up",
    "to 2 s. Tables:",
    `${outline()}.`,
    "Status and priority are words, durations minutes. Days are local dates; …_at is UTC, but occurred_at, due_date and target_date are",
    "a day or a local time. owner is null for one's own rows. selfos://schema tells more.",
  ].join(" "),
  access: "read",
  input: z.object({
    sql: z.string().trim().min(1).max(10_000),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
    truncated: z.string().optional(),
    withheld: z.int().optional(),
  }),

  async run(query, { queries, actor, now, signal }) {
    return await queries.run(actor, query, now, signal);
  },
});
