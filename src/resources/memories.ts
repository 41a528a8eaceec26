import { z } from "zod";
import { Memory } from "../tools/memory.ts";
import { defineResource, IdInAddress } from "./resource.ts";

const memory = defineResource({
  name: "memory",
  title: "Memory",
  description: "One memory, with the whole of its content.",
  uri: "selfos://memories/{memory_id}",
  ttl: 600,
  annotations: { audience: ["user", "assistant"] },
  variables: z.object({ memory_id: IdInAddress }),
  output: z.object({ memory: Memory }),

  async read({ memory_id }, { life, actor }) {
    return await life.memories.get(actor, memory_id);
  },

  complete: {
    memory_id: async (typed, { life, actor }) =>
      (await life.memories.idsLike(actor, typed)).map(String),
  },

  async touchedBy({ user_id, change_id, items }, { life }) {
    const changed = items.filter(({ entity }) => entity === "memory").map(({ id }) => Number(id));
    const linked = await life.memories.linkedTo(user_id, change_id);
    return [...new Set([...changed, ...linked])].map((id) => `selfos://memories/${id}`);
  },
});

export const memories = [memory];
