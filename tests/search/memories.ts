/** Searches of memories, and what tests read from their answers. */
import type { Answer, Caller } from "../harness.ts";
import { until } from "../until.ts";

/** Adds memories in this order; answers their ids. */
export async function remember(
  { call }: Caller,
  ...memories: readonly (string | { content: string; [argument: string]: unknown })[]
): Promise<number[]> {
  const ids: number[] = [];
  for (const given of memories) {
    const { memory } = await call(
      "add_memory",
      typeof given === "string" ? { content: given } : given,
    );
    ids.push(memory.id);
  }
  return ids;
}

/** An answer for which all was compared by meaning: a busy machine may take longer than a search waits. */
export async function settled(
  { call }: Pick<Caller, "call">,
  tool: string,
  args: object,
): Promise<Answer> {
  let answer: Answer = {};
  await until(async () => {
    answer = await call(tool, args);
    const isDown = /cannot be used now/.test(answer["words_only"] ?? "");
    return answer["not_embedded"] === undefined && !isDown;
  }, 60_000);
  return answer;
}

/** What a search finds, as `content` (`matched`). */
export async function searched(caller: Caller, query: string, args = {}): Promise<string[]> {
  const { memories } = await settled(caller, "search_memory", { query, ...args });
  return memories.map(({ content, matched }: Answer) => `${content} (${matched})`);
}

export async function contentsFound(caller: Caller, query: string, args = {}): Promise<string[]> {
  const { memories } = await settled(caller, "search_memory", { query, ...args });
  return memories.map(({ content }: Answer) => content);
}
