import { z } from "zod";
import type { Endpoint } from "../config/endpoint.ts";
import { patiently } from "../endpoint/patience.ts";
import {
  garbage,
  Lasting,
  Passing,
  requestText,
  type Service,
  valueIn,
} from "../endpoint/request.ts";
import { AppError } from "../errors.ts";

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

const SERVICE: Service = {
  settings: "SELFOS_AI",
  path: "/v1/chat/completions",
  most: 2 * 1024 ** 2,
};

/** How long a model may think, in milliseconds. */
const PATIENCE = { patience: 120_000, retries: 1, pause: 500 };

/** A model behind an OpenAI-compatible endpoint that can call tools. */
export function endpointModel(endpoint: Endpoint): Model {
  const { model } = endpoint;
  const host = new URL(endpoint.url).host;
  const ended = new AbortController().signal;
  return {
    name: `${model} at ${host}`,
    async next(messages, functions) {
      const tools = functions.map((given) => ({ type: "function", function: given }));
      const body = { model, messages, tools, temperature: 0 };
      const ask = async (signal: AbortSignal) =>
        messageIn(await requestText(SERVICE, endpoint, body, signal));
      try {
        return await patiently(ask, PATIENCE, "each", ended);
      } catch (error) {
        if (!(error instanceof Lasting || error instanceof Passing)) throw error;
        throw new AppError(
          "unavailable",
          `Cannot ask ${model} at ${host} as ${error.message}`,
          error instanceof Lasting ? error.advice : "see that it runs, and start the agent again",
        );
      }
    },
  };
}

const Completion = z.object({
  choices: z.array(z.object({
    message: z.object({
      content: z.string().nullish(),
      tool_calls: z.array(z.object({
        id: z.string(),
        function: z.object({ name: z.string(), arguments: z.string() }),
      })).nullish(),
    }),
  })).min(1),
});

function messageIn(text: string): Message {
  const { data } = Completion.safeParse(valueIn(SERVICE, text));
  const message = data?.choices[0]?.message;
  if (message === undefined) throw garbage(SERVICE, "no completion");
  const { content = null, tool_calls } = message;
  const calls = (tool_calls ?? []).map((call) => ({ ...call, type: "function" as const }));
  return { role: "assistant", content, ...(calls.length === 0 ? {} : { tool_calls: calls }) };
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
    const plan = answers.find(({ blocks }) => blocks);
    const applied = answers.find(({ tasks }) => tasks);
    const updated = answers.find(({ task }) => task);
    if (plan === undefined) return call("plan_day", { date: "tomorrow" });
    if (applied === undefined && plan.moves.length > 0) {
      return call("apply_plan", { plan_token: plan.plan_token });
    }
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
