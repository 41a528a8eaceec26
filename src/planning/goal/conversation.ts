import { shorten } from "../../errors.ts";
import { type Read, readAnswer } from "./drafts.ts";

/** What was said to a model, or by it. */
export interface Turn {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** What a model said, or why it says nothing. */
export type Reply = { readonly text: string } | { readonly refused: string };

/** Asks a model; the second time, `attempt` is 1. */
export type Ask = (turns: readonly Turn[], attempt: number) => Promise<Reply>;

/** So much of its own answer a model is shown again; in characters. */
const SHOWN_AGAIN = 20_000;

/** Asks a model for a plan, and once more where its answer is none. */
export async function draftsFrom(ask: Ask, question: string): Promise<Read> {
  const turns: Turn[] = [{ role: "user", text: question }];
  const first = await ask(turns, 0);
  if ("refused" in first) return { wrong: first.refused };
  const read = readAnswer(first.text);
  if ("drafts" in read) return read;
  const again = `That is no plan: ${read.wrong}. Answer with the JSON object alone.`;
  const said = first.text.trim() === ""
    ? []
    : [{ role: "assistant" as const, text: shorten(first.text, SHOWN_AGAIN) }];
  const second = await ask([...turns, ...said, { role: "user", text: again }], 1);
  return "refused" in second ? { wrong: second.refused } : readAnswer(second.text);
}
