import { createHash } from "node:crypto";
import type { Attempt } from "../audit/audit.ts";
import { AppError, nearest, quote, UnknownTool } from "../errors.ts";
import type { Approval } from "../life/proposals/proposal.ts";
import { decide, type Decision, enforce, type Principal } from "../permissions.ts";
import { isObject } from "../json.ts";
import type { CachedReadings } from "./cached.ts";
import { coerce } from "./coerce.ts";
import { type Call, type Prepared, type Tool, writesIn } from "./define.ts";
import type { Exchange } from "./exchange.ts";
import { explain } from "./explain.ts";
import { type Proposed, proposedAnswer } from "./proposed.ts";
import { reading } from "./reading.ts";
import type { Registry } from "./registry.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { textOf } from "./text.ts";
import { refuseBrokenText } from "./wellformed.ts";
import { useOf } from "./use.ts";

/** What is offered, what it works on, and who is told when that changes. */
export interface Engine<Context> {
  readonly registry: Registry<Context>;
  readonly subscriptions: Subscriptions;
  /** Seals what a client carries from one round of a call to the next; at least 32 bytes. */
  secret(): Promise<Uint8Array>;
  contextOf(call: Call): Context;
  /** What was read of resources that say how long that may be kept. */
  readonly cached: CachedReadings<Context>;
  /**
   * Runs a call that may write, or keeps what it would write for a person to decide on.
   *
   * @param args of the call, as they were given
   */
  write(
    call: Call,
    args: object,
    run: (call: Call) => Promise<object>,
  ): Promise<Proposed | { readonly answer: object }>;
  /** To be awaited before a client is given what a life holds: that may have come from outside. */
  reads(call: Call): Promise<void>;
  /** Notes what a client has read: the answer of a tool, or the text of a resource. */
  noteServed(call: Call, answer: Answer | Pick<Answer, "text">): void;
  /** Keeps what was asked for and how it ended; nobody waits for that. */
  record(attempt: Attempt): void;
  /** Whether what the principal may read can be taken from it while its credential is good. */
  mayLose(principal: Principal): Promise<boolean>;
}

/** What a call answers: structured content and its readable twin. */
export interface Answer {
  readonly output: Record<string, unknown>;
  readonly text: string;
}

/**
 * One `tools/call`, from arguments to its answer. Each step may throw; none calls back.
 *
 * @param approval the proposal that the call carries out
 */
export async function callTool<Context>(
  engine: Engine<Context>,
  principal: Principal,
  name: string,
  args: unknown,
  exchange: Exchange,
  approval?: Approval,
): Promise<Answer> {
  const { registry, contextOf, noteServed } = engine;
  const tool = find(registry, name);
  enforce(principal, useOf(name, args));
  const { user_id, key, own } = split(tool, args);
  const prepared = parse(registry, tool, own, principal);
  const call: Call = {
    ...exchange,
    principal,
    user_id: user_id ?? principal.user_id,
    tool: name,
    // A proposal is carried out once, whatever the same client has called since.
    ...(approval ? { approval } : repeatOf(tool, key, prepared.input)),
  };
  const run = (call: Call) => prepared.run(contextOf(call));
  if (!writesIn(tool.access)) {
    const answer = await reading(engine, call, async () => answerOf(tool, await run(call)));
    noteServed(call, answer);
    return answer;
  }
  if (approval) return answerOf(tool, await run(call));
  const meant = user_id === undefined ? own : { ...own, user_id };
  const write = () => engine.write(call, meant, run);
  const result = tool.echoes ? await write() : await reading(engine, call, write);
  if ("answer" in result) return answerOf(tool, result.answer);
  return await reading(engine, call, () => proposedAnswer(result));
}

/** Whether the principal may make this call; throws where there is no such tool. */
export function decideCall<Context>(
  { registry }: Engine<Context>,
  principal: Principal,
  name: string,
  args: unknown,
): Decision {
  find(registry, name);
  return decide(principal, useOf(name, args));
}

function find<Context>(registry: Registry<Context>, name: string): Tool<Context> {
  const tool = registry.find(name);
  if (tool) return tool;
  const near = nearest(name, registry.names);
  throw new UnknownTool(`Unknown tool ${quote(name)}${near ? `: did you mean ${near}?` : ""}`);
}

/** Takes the arguments apart that every tool has. */
function split(tool: Tool<never>, args: unknown) {
  if (args !== undefined && !isObject(args)) {
    throw new AppError(
      "invalid_input",
      `Cannot ${tool.name} as the arguments must be an object: got ${quote(args)}`,
    );
  }
  const given = new Map<string, unknown>(Object.entries(args ?? {}));
  const take = (name: string): string | undefined => {
    const value = given.get(name);
    given.delete(name);
    if (value === undefined || value === null || value === "") return undefined;
    refuseBrokenText(tool.name, { [name]: value });
    if (typeof value === "string" && value.length <= 200) return value;
    throw new AppError(
      "invalid_input",
      `Cannot ${tool.name} as ${name} must be text of at most 200 characters: got ${quote(value)}`,
    );
  };
  const user = take("user_id");
  const key = take("idempotency_key");
  return { user_id: user === "me" ? undefined : user, key, own: Object.fromEntries(given) };
}

function parse<Context>(
  registry: Registry<Context>,
  tool: Tool<Context>,
  args: Record<string, unknown>,
  { level }: Principal,
): Prepared<Context> {
  const schema = registry.schemaOf(tool, level);
  const mended = coerce(args, schema);
  refuseBrokenText(tool.name, mended);
  const prepared = tool.prepare(mended);
  if (!("issues" in prepared)) return prepared;
  throw explain(tool.name, prepared.issues, mended, schema);
}

/** A write with a key is repeatable; a create without one is too, for as long as a retry takes. */
function repeatOf(tool: Tool<never>, key: string | undefined, input: object): Pick<Call, "repeat"> {
  if (!writesIn(tool.access) || (key === undefined && tool.access !== "create")) return {};
  const text = canonical(input);
  const fingerprint = text.length <= SHORT ? text : createHash("sha256").update(text).digest("hex");
  return { repeat: key === undefined ? { fingerprint } : { key, fingerprint } };
}

/** Arguments up to this length are their own fingerprint: hashing costs more than storing them. */
const SHORT = 400;

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_, member) =>
      isObject(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => a < b ? -1 : 1))
        : member,
  );
}

/** Answers by what a tool gave, which is the same object again when the store kept it. */
const answers = new WeakMap<object, { tool: Tool<never>; answer: Answer }>();

/** The output shape is the privacy boundary: what it does not declare never leaves. */
function answerOf(tool: Tool<never>, given: object): Answer {
  const known = answers.get(given);
  if (known?.tool === tool) return known.answer;
  const output = tool.output.parse(given);
  const answer = { output, text: tool.text?.(output) ?? textOf(output) };
  answers.set(given, { tool, answer });
  return answer;
}
