import { z } from "zod";
import { defineTool, Id, page, pageInfo, receipt, resolved, When } from "./tool.ts";

/** An entry of the journal as it is shown. */
export const Change = z.object({
  id: Id,
  at: z.string(),
  client: z.string(),
  principal: z.string(),
  tool: z.string(),
  guest: z.string().optional(),
  undone_by: Id.nullable(),
  items: z.array(z.object({
    entity: z.string(),
    id: z.string(),
    title: z.string(),
    action: z.string(),
    fields: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
  })),
  more_items: z.int(),
});

const listChanges = defineTool({
  name: "list_changes",
  title: "List changes",
  description: "The journal, newest first: who changed what, with the values before and after.",
  access: "read",
  input: z.object({
    since: When.optional(),
    client: z.string().max(100).optional(),
    ...page(20),
  }),
  output: z.object({ changes: z.array(Change), ...pageInfo }),

  async run(filter, { life, actor }) {
    return await life.history.list(actor, filter);
  },
});

const undo = defineTool({
  name: "undo",
  title: "Undo",
  description: "Reverses one change (change_id), the last one (last: true), or all by one client " +
    "since a time, as one new change. Refused with a report where later changes touched the same fields.",
  access: "undo",
  input: z.object({
    change_id: Id.optional(),
    last: z.boolean().optional(),
    since: When.optional(),
    client: z.string().max(100).optional(),
  }),
  output: z.object({
    undone: z.array(Id),
    items: z.array(z.object({
      entity: z.string(),
      id: z.string(),
      title: z.string(),
      action: z.string(),
    })),
    resolved,
    ...receipt,
  }),

  async run(choice, { life, actor }) {
    return await life.history.undo(actor, choice);
  },
});

export const history = [listChanges, undo];
