import { z } from "zod";
import { catchUp } from "../insights/catch_up/catch_up.ts";
import { textOf } from "../insights/catch_up/text.ts";
import { PROPOSAL_STATUSES } from "../life/proposals/proposal.ts";
import { defineTool, Id, page, pageInfo, receipt, resolved, When } from "./tool.ts";

/** An entry of the journal as it is shown. */
export const Change = z.object({
  id: Id,
  at: z.string(),
  client: z.string(),
  principal: z.string(),
  tool: z.string(),
  guest: z.string().optional(),
  approved_by: z.string().optional(),
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

const Due = z.object({ id: Id, title: z.string(), due_date: z.string() });

const News = z.object({
  entity: z.string(),
  id: Id.optional(),
  title: z.string(),
  what: z.string(),
});

const NewsOfOthers = News.extend({ by: z.string(), tool: z.string(), at: z.string() });

const counts = {
  overdue: z.int(),
  due_today: z.int(),
  completed: z.int(),
  changes: z.int(),
  memories: z.int(),
  own: z.int(),
};

const catchUpTool = defineTool({
  name: "catch_up",
  title: "Catch up",
  description:
    "Call this at the start of a conversation: what others changed since this client's " +
    "last visit and by whom, what is overdue or due today, and briefly what this client did itself, " +
    "in at most budget tokens. left_out counts what did not fit: list_changes and list_tasks have it.",
  access: "read",
  input: z.object({ budget: z.int().min(50).max(8000).default(800) }),
  output: z.object({
    since: z.string(),
    first_visit: z.literal(true).optional(),
    repeated: z.literal(true).optional(),
    overdue: z.array(Due).optional(),
    due_today: z.array(Due).optional(),
    completed: z.array(NewsOfOthers).optional(),
    changes: z.array(NewsOfOthers).optional(),
    memories: z.array(NewsOfOthers).optional(),
    own: z.array(News).optional(),
    totals: z.object(counts).optional(),
    undone: z.int().optional(),
    left_out: z.object({ ...counts, older: z.int() }).partial(),
    withheld: z.int().optional(),
  }),
  text: textOf,

  async run({ budget }, { db, visits, actor, now }) {
    return await catchUp(db, visits, actor, now, budget);
  },
});

const listProposals = defineTool({
  name: "list_proposals",
  title: "List proposals",
  description:
    "What was proposed to the person and what they decided, newest first; reason tells " +
    "why they rejected it. Only the person approves, outside of any tool.",
  access: "read",
  input: z.object({ status: z.enum(PROPOSAL_STATUSES).optional(), ...page(20) }),
  output: z.object({
    proposals: z.array(z.object({
      id: Id,
      status: z.enum(PROPOSAL_STATUSES),
      tool: z.string(),
      client: z.string(),
      at: z.string(),
      expires_at: z.string(),
      decided_at: z.string().nullable(),
      reason: z.string().nullable(),
      change_id: Id.nullable(),
      diff: z.array(z.string()),
    })),
    ...pageInfo,
  }),

  async run(filter, { life, actor }) {
    return await life.proposals.list(actor, filter);
  },
});

export const history = [listChanges, undo, catchUpTool, listProposals];
