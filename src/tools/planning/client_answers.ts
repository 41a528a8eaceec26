import { AppError, quote } from "../../errors.ts";
import { echoOf, resolveWhen, type When } from "../../life/dates.ts";
import { onOneLine } from "../../insights/one_line.ts";
import { type Exchange, refusalIn } from "../../mcp/define.ts";
import type { Reply, Turn } from "../../planning/goal/conversation.ts";
import type { PlannedGoal } from "../../planning/goal/plan.ts";
import type { Clock } from "../../planning/goal/schedule.ts";

/** Tokens; fifty tasks have their place. */
const LONGEST_PLAN = 8000;

/** What an answer in a wrong form is refused with, before the list of all that is wrong. */
const MALFORMED = /^Invalid (\S+ )?result\b/;

/** So long a person may think, so that there is time left for a plan. */
const LONGEST_THOUGHT_MS = 25_000;

/** Asks the client's model, which has so many milliseconds. */
export async function askModel(
  { ask }: Exchange,
  turns: readonly Turn[],
  attempt: number,
  within: number,
): Promise<Reply> {
  if (within <= 0) return { refused: "it gave no answer in time" };
  const messages = turns.map(({ role, text }) => ({
    ...{ role, content: { type: "text" as const, text } },
  }));
  const params = { messages, maxTokens: LONGEST_PLAN };
  const question = { method: "sampling/createMessage" as const, params };
  const answer = attempt === 0
    ? (await ask({ plan: question }, within)).plan
    : (await ask({ plan_again: question }, within)).plan_again;
  const refused = refusalIn(answer);
  if (refused !== undefined) {
    return { refused: MALFORMED.test(refused) ? "it answers something else" : onOneLine(refused) };
  }
  const texts = [answer.content].flat().flatMap((part) => part.type === "text" ? [part.text] : []);
  return { text: texts.join("\n") };
}

/** Asks the person for a target date; null where they tell none within so many milliseconds. */
export async function askTarget(
  { ask }: Exchange,
  { title }: PlannedGoal,
  { now, zone, day }: Clock,
  within: number,
): Promise<{ told: When | null; notes: string[] }> {
  const message = `By when do you want to reach ${
    quote(title)
  }? Leave it empty if there is no date.`;
  const target_date = {
    type: "string" as const,
    title: "Target date",
    description: "Date or words",
  };
  const requestedSchema = { type: "object" as const, properties: { target_date } };
  const params = { message, requestedSchema };
  const { target } = await ask(
    { target: { method: "elicitation/create", params } },
    Math.min(LONGEST_THOUGHT_MS, within),
  );
  const text = target.action === "accept" ? target.content?.["target_date"] : undefined;
  if (typeof text !== "string" || text.trim() === "") return { told: null, notes: [] };
  try {
    const reading = { field: "target_date", zone, now, toward: "future" } as const;
    const told = await resolveWhen(text, reading);
    if (told.slice(0, 10) < day) {
      return { told: null, notes: [`the target date that was told, ${echoOf(told)}, is over`] };
    }
    return { told, notes: [`${echoOf(told)} was told as target date; apply_plan sets it`] };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { told: null, notes: [`the target date that was told cannot be read: ${quote(text)}`] };
  }
}
