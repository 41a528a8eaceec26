/** Clients that answer questions to their model and their person, and models behind an endpoint. */
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { openLog } from "../../../src/log.ts";
import { serveConnection } from "../../../src/transports/connection.ts";
import type { Planner } from "../../../src/planning/planner.ts";
import { type Caller, callsOf, type TestApp } from "../../harness.ts";

export const ERAS = ["2025-11-25", "2026-07-28"] as const;
export type Era = typeof ERAS[number];

// deno-lint-ignore no-explicit-any
export type Json = any;

export interface Asking {
  readonly era: Era;
  readonly user?: string;
  /** What the model answers the first question, the second, and so on; without any, there is no model. */
  readonly model?: readonly (string | ((params: Json) => Json | Promise<Json>))[];
  /** What the person answers. */
  readonly person?: () => Json | Promise<Json>;
  /** What makes plans, instead of the app's. */
  readonly planner?: Planner;
}

export interface AskingClient extends AsyncDisposable, Pick<Caller, "call" | "refused"> {
  readonly client: Client;
  /** The questions to the model, oldest first. */
  readonly asked: Json[];
  /** How often the person was asked. */
  readonly forms: Json[];
}

/** A client that is asked in this era. */
export async function startAsking(
  { app }: TestApp,
  { era, user = "ada", model, person, planner }: Asking,
): Promise<AskingClient> {
  const client = new Client({ name: "asking", version: "1" }, {
    capabilities: { ...(model ? { sampling: {} } : {}), ...(person ? { elicitation: {} } : {}) },
    versionNegotiation: { mode: era === "2026-07-28" ? { pin: era } : "legacy" },
  });
  const [asked, forms]: [Json[], Json[]] = [[], []];
  if (model) {
    client.setRequestHandler("sampling/createMessage", async ({ params }): Promise<Json> => {
      const answer = model[asked.push(params) - 1] ?? "";
      return typeof answer === "string" ? said(answer) : await answer(params);
    });
  }
  if (person) {
    client.setRequestHandler("elicitation/create", ({ params }): Json => {
      forms.push(params);
      return person();
    });
  }
  const [near, far] = InMemoryTransport.createLinkedPair();
  const log = openLog({ logLevel: "error", logFormat: "text" });
  const contextOf: typeof app.engine.contextOf = (call) => ({
    ...app.engine.contextOf(call),
    ...(planner ? { planner } : {}),
  });
  const serving = { log, engine: () => Promise.resolve({ ...app.engine, contextOf }) };
  const principal = { user_id: user, level: "read_write", id: "local" } as const;
  serveConnection(serving, principal, far as Json, "test");
  await client.connect(near);
  return {
    ...{ client, asked, forms },
    ...callsOf(() => Promise.resolve(client)),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** What a model says. */
export function said(text: string): Json {
  return { role: "assistant", model: "test", content: { type: "text", text } };
}

/** A plan as a model writes it. */
export function planOf(...tasks: readonly Json[]): string {
  return JSON.stringify({ tasks: tasks.map((task, index) => ({ order: index + 1, ...task })) });
}

/** How many plans the store keeps. */
export async function plansKept({ app }: TestApp): Promise<number> {
  return (await app.db.read.selectFrom("plans").select("digest").execute()).length;
}
