import { z } from "zod";
import { TABLES } from "../insights/query/tables.ts";
import { defineResource } from "./resource.ts";

const tables = TABLES.map(({ name, meaning, columns }) => ({
  name,
  meaning,
  columns: columns.map(({ name, type, meaning }) => ({ name, type, meaning })),
}));

const tableSchema = {
  ...defineResource({
    name: "schema",
    title: "Tables for SQL",
    description: "What query_data can read: tables, columns and what they mean.",
    uri: "selfos://schema",
    variables: z.object({}),
    output: z.object({
      tables: z.array(z.object({
        name: z.string(),
        meaning: z.string(),
        columns: z.array(z.object({ name: z.string(), type: z.string(), meaning: z.string() })),
      })),
    }),

    read: () => Promise.resolve({ tables }),
  }),
  size: new TextEncoder().encode(JSON.stringify({ tables })).length,
};

export const schema = [tableSchema];
