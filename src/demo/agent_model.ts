import type { Endpoint } from "../config/endpoint.ts";

/** A message of a chat completion. */
export interface Message {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string | null;
  readonly tool_calls?: readonly ToolCall[];
  /** Which call it answers. */
  readonly tool_call_id?: string;
}

export interface ToolCall {
  readonly id: string;
  readonly type: "function";
  /** The arguments are JSON. */
  readonly function: { readonly name: string; readonly arguments: string };
}

/** What decides: given what was said, and what can be called, it says what comes next. */
export interface Model {
  readonly name: string;
  next(messages: readonly Message[], functions: readonly object[]): Promise<Message>;
}

/** So long a model may think, in milliseconds. */
const PATIENCE_MS = 120_000;

/** A model behind an OpenAI-compatible endpoint that can call tools. */
export function endpointModel({ url, model, apiKey }: Endpoint): Model {
  return {
    name: `${model} at ${new URL(url).host}`,
    async next(messages, functions) {
      const tools = functions.map((given) => ({ type: "function", function: given }));
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({ model, messages, tools, temperature: 0 }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`the endpoint answers ${response.status}: ${text}`);
      const message: Message | undefined = JSON.parse(text).choices?.[0]?.message;
      if (message === undefined) throw new Error(`the endpoint answers no message: ${text}`);
      return message;
    },
  };
}

/** What the script makes of the answers of tools. */
// deno-lint-ignore no-explicit-any
type Answer = any;

/** No model at all, but a script that does what one should: always the same. */
export const scriptedModel: Model = {
  name: "a script in the place of a model, which always decides the same",
  next(messages) {
    const answers: Answer[] = messages.filter(({ role }) => role === "tool")
      .map(({ content }) => JSON.parse(content ?? "{}"));
    const [plan, applied, updated] = answers;
    if (plan === undefined) return call("plan_day", { date: "tomorrow" });
    if (applied === undefined) return call("apply_plan", { plan_token: plan.plan_token });
    const [left] = plan.does_not_fit;
    if (updated === undefined && left) {
      return call("update_task", { task_id: left.task_id, priority: "high" });
    }
    const [first] = plan.blocks;
    const content = `${plan.blocks.length} blocks, ${plan.planned_minutes} minutes of ` +
      `${plan.capacity_minutes}. The day begins with "${first.title}" (${first.why}).` +
      (left ? ` "${left.title}" does not fit: ${left.why}.` : "");
    return Promise.resolve({ role: "assistant", content });
  },
};

function call(name: string, args: object): Promise<Message> {
  const given = { name, arguments: JSON.stringify(args) };
  const tool_calls = [{ id: name, type: "function" as const, function: given }];
  return Promise.resolve({ role: "assistant", content: null, tool_calls });
}
