/** Tools that ask the client, under the names the suite asks for. */
import type { ElicitRequestFormParams } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Tool } from "../../src/mcp/define.ts";
import type { Question } from "../../src/mcp/exchange.ts";
import { defineTool, type ToolContext } from "../../src/tools/tool.ts";

/** A tool that answers one text, made from what the client answers it. */
function askingTool<Shape extends z.ZodRawShape>(
  name: string,
  input: z.ZodObject<Shape>,
  run: (
    input: z.output<z.ZodObject<Shape, z.core.$strict>>,
    context: ToolContext,
  ) => Promise<string>,
): Tool<ToolContext> {
  return defineTool({
    name,
    title: name,
    description: "Asks the client and answers what it answers.",
    access: "read",
    input,
    output: z.object({}),
    async run(given, context) {
      const text = await run(given, context);
      context.attach({ type: "text", text });
      return {};
    },
  });
}

type Fields = ElicitRequestFormParams["requestedSchema"]["properties"];
type Form = Extract<Question, { method: "elicitation/create" }>;
type Sample = Extract<Question, { method: "sampling/createMessage" }>;

/** A form with these fields, of which some must be filled in. */
function form(
  message: string,
  properties: Fields,
  required: string[] = Object.keys(properties),
): Form {
  const requestedSchema = { type: "object" as const, properties, required };
  return { method: "elicitation/create", params: { message, requestedSchema } };
}

function sample(text: string, maxTokens = 100): Sample {
  const content = { type: "text" as const, text };
  return {
    method: "sampling/createMessage",
    params: { messages: [{ role: "user", content }], maxTokens },
  };
}

const TEXT = { type: "string" } as const;

const ROOTS = { method: "roots/list" } as const;

const DEFAULTS: Fields = {
  name: { type: "string", default: "John Doe" },
  age: { type: "integer", default: 30 },
  score: { type: "number", default: 95.5 },
  status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
  verified: { type: "boolean", default: true },
};

const CHOICES = [
  { const: "value1", title: "First Option" },
  { const: "value2", title: "Second Option" },
  { const: "value3", title: "Third Option" },
];

const OPTIONS = ["option1", "option2", "option3"];

const ENUMS: Fields = {
  untitledSingle: { type: "string", enum: OPTIONS },
  titledSingle: { type: "string", oneOf: CHOICES },
  legacyEnum: {
    type: "string",
    enum: ["opt1", "opt2", "opt3"],
    enumNames: ["Option One", "Option Two", "Option Three"],
  },
  untitledMulti: { type: "array", items: { type: "string", enum: OPTIONS } },
  titledMulti: { type: "array", items: { anyOf: CHOICES } },
};

const NOTHING = z.object({});

export const askingTools: readonly Tool<ToolContext>[] = [
  askingTool("test_sampling", z.object({ prompt: z.string() }), async ({ prompt }, { ask }) => {
    const { answer } = await ask({ answer: sample(prompt) });
    return `LLM response: ${JSON.stringify(answer.content)}`;
  }),
  askingTool(
    "test_elicitation",
    z.object({ message: z.string() }),
    async ({ message }, { ask }) => {
      const username = { ...TEXT, description: "User's response" };
      const email = { ...TEXT, description: "User's email address" };
      const { answer } = await ask({ answer: form(message, { username, email }) });
      return `User response: ${JSON.stringify(answer)}`;
    },
  ),
  askingTool("test_elicitation_sep1034_defaults", NOTHING, async (_, { ask }) => {
    const { answer } = await ask({ answer: form("Please look at the defaults", DEFAULTS, []) });
    return `Elicitation completed: ${JSON.stringify(answer)}`;
  }),
  askingTool("test_elicitation_sep1330_enums", NOTHING, async (_, { ask }) => {
    const { answer } = await ask({ answer: form("Please choose", ENUMS, []) });
    return `Elicitation completed: ${JSON.stringify(answer)}`;
  }),
  askingTool("test_streaming_elicitation", NOTHING, async (_, { ask, progress }) => {
    await progress(1, 2);
    const { answer } = await ask({ answer: form("What is your name?", { name: TEXT }) });
    return `The answer was: ${answer.action}`;
  }),
  askingTool("test_missing_capability", NOTHING, async (_, { ask }) => {
    const { answer } = await ask({ answer: sample("What is the capital of France?") });
    return `The model is ${answer.model}`;
  }),
  askingTool("test_input_required_result_elicitation", NOTHING, async (_, { ask }) => {
    const { user_name } = await ask({ user_name: form("What is your name?", { name: TEXT }) });
    return `Hello, ${user_name.content?.["name"]}!`;
  }),
  askingTool("test_input_required_result_sampling", NOTHING, async (_, { ask }) => {
    const { capital_question } = await ask({
      capital_question: sample("What is the capital of France?"),
    });
    return JSON.stringify(capital_question.content);
  }),
  askingTool("test_input_required_result_list_roots", NOTHING, async (_, { ask }) => {
    const { client_roots } = await ask({ client_roots: ROOTS });
    return client_roots.roots.map(({ uri }) => uri).join(", ");
  }),
  askingTool("test_input_required_result_request_state", NOTHING, async (_, { ask }) => {
    const { confirm } = await ask({ confirm: form("Please confirm", { ok: { type: "boolean" } }) });
    return `state-ok: ${confirm.action}`;
  }),
  askingTool("test_input_required_result_tampered_state", NOTHING, async (_, { ask }) => {
    const { confirm } = await ask({ confirm: form("Please confirm", { ok: { type: "boolean" } }) });
    return `state-ok: ${confirm.action}`;
  }),
  askingTool("test_input_required_result_multiple_inputs", NOTHING, async (_, { ask }) => {
    const { user_name, greeting, client_roots } = await ask({
      user_name: form("What is your name?", { name: TEXT }),
      greeting: sample("Generate a greeting", 50),
      client_roots: ROOTS,
    });
    return `${greeting.model} greets ${
      user_name.content?.["name"]
    } at ${client_roots.roots.length}`;
  }),
  askingTool("test_input_required_result_multi_round", NOTHING, async (_, { ask }) => {
    const { step1 } = await ask({ step1: form("Step 1: What is your name?", { name: TEXT }) });
    const { step2 } = await ask({
      step2: form("Step 2: What is your favorite color?", { color: TEXT }),
    });
    return `${step1.content?.["name"]} likes ${step2.content?.["color"]}`;
  }),
  askingTool("test_input_required_result_capabilities", NOTHING, async (_, { ask, canAsk }) => {
    const questions: Record<string, Question> = {
      name: form("What is your name?", { name: TEXT }),
      greeting: sample("Generate a greeting", 50),
      roots: ROOTS,
    };
    const possible = Object.entries(questions).filter(([, { method }]) => canAsk(method));
    return JSON.stringify(await ask(Object.fromEntries(possible)));
  }),
];
