import { z } from "zod";
import { MEMORY_TYPES } from "../life/memories/memory.ts";
import { defineTool, Id, page, pageInfo, receipt, resolved, When } from "./tool.ts";

const LONGEST = 100_000;
const LONGEST_METADATA = 10_000;
const LONGEST_QUERY = 2000;

const Content = z.string().trim().min(1).max(LONGEST);
const MemoryType = z.string().trim().toLowerCase().min(1).max(50);
const Metadata = z.record(z.string().max(100), z.unknown()).refine(
  (metadata) => JSON.stringify(metadata).length <= LONGEST_METADATA,
  `is longer than ${LONGEST_METADATA} characters of JSON`,
);

/** A memory as it is shown. */
export const Memory = z.object({
  id: Id,
  content: z.string(),
  memory_type: z.string(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  occurred_at: z.string().nullable(),
  occurred_weekday: z.string().nullable(),
  goal_id: Id.nullable(),
  task_id: Id.nullable(),
  superseded_by: Id.nullable(),
  source: z.string(),
  client: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  owner: z.string().optional(),
});

const addMemory = defineTool({
  name: "add_memory",
  title: "Add a memory",
  description: "Remembers something about the person, in a sentence that stands on its own.",
  access: "create",
  input: z.object({
    content: Content,
    memory_type: MemoryType.optional().meta({ default: "reflection" })
      .describe(`${MEMORY_TYPES.join(", ")}, or the person's own`),
    metadata: Metadata.optional(),
    occurred_at: When.optional(),
    goal_id: Id.optional().describe("What it is about"),
    task_id: Id.optional(),
    supersedes: Id.optional().describe("Memory that no longer holds"),
  }),
  output: z.object({
    memory: Memory,
    existing: z.literal(true).optional(),
    likely_duplicate: z.object({ id: Id, content: z.string() }).optional(),
    ...receipt,
  }),

  async run({ supersedes, ...input }, { life, actor, echoOf }) {
    return await life.memories.add(actor, input, { supersedes, repeats: echoOf(input.content) });
  },
});

const searchMemory = defineTool({
  name: "search_memory",
  title: "Search memories",
  description: "Memories that fit a question best, by meaning and by words, misspelt ones too.",
  access: "read",
  input: z.object({
    query: z.string().trim().min(1).max(LONGEST_QUERY),
    limit: z.int().min(1).max(50).default(5),
    memory_type: MemoryType.optional(),
    since: When.optional().describe("Date or words, also for a period: last spring"),
    until: When.optional(),
  }),
  output: z.object({
    memories: z.array(Memory.extend({
      score: z.number(),
      matched: z.enum(["meaning", "words", "both"]),
    })),
    words_only: z.string().optional(),
    not_embedded: z.int().optional(),
    withheld: z.int().optional(),
    resolved,
  }),

  async run(query, { search, actor, signal }) {
    return await search.memories(actor, query, signal);
  },
});

const listMemories = defineTool({
  name: "list_memories",
  title: "List memories",
  description: "Memories, the latest first; search_memory finds by meaning.",
  access: "read",
  input: z.object({ memory_type: MemoryType.optional(), ...page(20) }),
  output: z.object({ memories: z.array(Memory), ...pageInfo }),

  async run(filter, { life, actor }) {
    return await life.memories.list(actor, filter);
  },
});

const updateMemory = defineTool({
  name: "update_memory",
  title: "Update a memory",
  description: "Changes the given fields of a memory; null clears one.",
  access: "update",
  input: z.object({
    memory_id: Id,
    content: Content.optional(),
    memory_type: MemoryType.optional(),
    metadata: Metadata.nullable().optional(),
    occurred_at: When.nullable().optional(),
    goal_id: Id.nullable().optional(),
    task_id: Id.nullable().optional(),
  }),
  output: z.object({ memory: Memory, ...receipt }),

  async run({ memory_id, ...fields }, { life, actor }) {
    return await life.memories.update(actor, memory_id, fields);
  },
});

const forgetMemory = defineTool({
  name: "forget_memory",
  title: "Forget a memory",
  description: "Moves a memory to the trash; undo brings it back.",
  access: "delete",
  input: z.object({ memory_id: Id }),
  output: z.object({ memory: Memory, ...receipt }),

  async run({ memory_id }, { life, actor }) {
    return await life.memories.forget(actor, memory_id);
  },
});

export const memory = [addMemory, searchMemory, listMemories, updateMemory, forgetMemory];
