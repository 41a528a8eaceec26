import type { GetPromptResult, PromptMessage } from "@modelcontextprotocol/server";
import { AppError, quote } from "../errors.ts";
import { decide, enforce, type Principal } from "../permissions.ts";
import type { Engine } from "./call.ts";
import type { PromptPart } from "./define.ts";
import type { Exchange } from "./exchange.ts";
import { reading } from "./reading.ts";
import { refuseBrokenText } from "./wellformed.ts";

/** One `prompts/get`. */
export async function getPrompt<Context>(
  engine: Engine<Context>,
  principal: Principal,
  name: string,
  args: Readonly<Record<string, string>>,
  exchange: Exchange,
): Promise<GetPromptResult> {
  const { registry, contextOf, noteServed } = engine;
  const prompt = registry.findPrompt(name);
  enforce(principal, { prompt: name });
  const known = prompt.arguments.map(({ name }) => name);
  const unknown = Object.keys(args).find((given) => !known.includes(given));
  if (unknown !== undefined) {
    throw refused(name, `there is no argument ${quote(unknown)}`, known);
  }
  const missing = prompt.arguments.find(({ name, required }) => required && !args[name]);
  if (missing) throw refused(name, `${missing.name} is missing`, known);
  refuseBrokenText(name, args);
  const call = { ...exchange, principal, user_id: principal.user_id, tool: name };
  const written = await reading(engine, call, () => prompt.write(args, contextOf(call)));
  const messages = written.map((one) => mayShow(principal, one) ? one.message : leftOut(one));
  for (const { content } of messages) {
    const text = content.type === "resource" ? content.resource : content;
    if ("text" in text) noteServed(call, text);
  }
  return { description: prompt.description, messages };
}

function mayShow(principal: Principal, { needs }: PromptPart): boolean {
  return needs === undefined || decide(principal, needs).allowed;
}

function leftOut({ message: { role }, needs = { read: "" } }: PromptPart): PromptMessage {
  const text = "use" in needs
    ? `What ${needs.use} tells is left out here: this key is narrowed to other tools.`
    : `${needs.read} is left out here: this key is narrowed to other resources.`;
  return { role, content: { type: "text", text } };
}

function refused(prompt: string, why: string, known: readonly string[]): AppError {
  return new AppError(
    "invalid_input",
    `Cannot use the prompt ${prompt} as ${why}`,
    known.length > 0 ? `its arguments are ${known.join(", ")}` : "it takes no arguments",
  );
}
