import type { CompleteRequestParams, CompleteResult } from "@modelcontextprotocol/server";
import { AppError, quote } from "../errors.ts";
import { decide, enforce, type Principal } from "../permissions.ts";
import type { Engine } from "./call.ts";
import type { Complete } from "./define.ts";
import { silentExchange } from "./exchange.ts";
import { reading } from "./reading.ts";
import type { Registry } from "./registry.ts";

/** As many as the protocol lets through. */
const MOST = 100;

/** One `completion/complete`: of an argument of a prompt, or a variable of an address. */
export async function completeArgument<Context>(
  engine: Engine<Context>,
  principal: Principal,
  { ref, argument }: Pick<CompleteRequestParams, "ref" | "argument">,
  signal: AbortSignal,
): Promise<CompleteResult> {
  const { registry, contextOf } = engine;
  const { name, value } = argument;
  const complete = completerOf(registry, principal, ref, name);
  if (complete === undefined) return { completion: { values: [], total: 0, hasMore: false } };
  const call = {
    ...silentExchange("completion", signal),
    principal,
    user_id: principal.user_id,
    tool: `complete ${name}`,
  };
  const all = await reading(engine, call, () => complete(value, contextOf(call)));
  const found = all.filter((value) => mayMean(principal, ref, name, value));
  const values = found.slice(0, MOST);
  const hasMore = found.length > MOST;
  return { completion: { values, hasMore, ...(hasMore ? {} : { total: values.length }) } };
}

/** @throws AppError when there is no such prompt, resource or argument */
function completerOf<Context>(
  registry: Registry<Context>,
  principal: Principal,
  ref: CompleteRequestParams["ref"],
  name: string,
): Complete<Context> | undefined {
  if (ref.type === "ref/prompt") {
    const prompt = registry.findPrompt(ref.name);
    enforce(principal, { prompt: ref.name });
    const argument = prompt.arguments.find((known) => known.name === name);
    if (argument) return argument.complete;
    throw unknown(`the prompt ${ref.name}`, "argument", name);
  }
  const resource = registry.resources.ofForm(ref.uri);
  if (resource === undefined) {
    throw new AppError(
      "not_found",
      `Cannot complete as there is no resource of the form ${quote(ref.uri)}`,
      "resources/templates/list names the forms",
    );
  }
  enforce(principal, { readAny: ref.uri });
  if (!ref.uri.includes(`{${name}}`)) throw unknown(ref.uri, "variable", name);
  return resource.complete?.[name];
}

/** Whether the principal may read anything whose address has this value in it. */
function mayMean(
  principal: Principal,
  ref: CompleteRequestParams["ref"],
  name: string,
  value: string,
): boolean {
  if (ref.type === "ref/prompt") return true;
  const form = ref.uri.replace(`{${name}}`, encodeURIComponent(value));
  const action = form.includes("{") ? { readAny: form } : { read: form };
  return decide(principal, action).allowed;
}

function unknown(owner: string, kind: string, name: string): AppError {
  return new AppError("invalid_input", `Cannot complete as ${owner} has no ${kind} ${quote(name)}`);
}
