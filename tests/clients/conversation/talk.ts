/**
 * `talk.ts PLAN`: holds the conversation with the servers of the plan, in each revision, and prints
 * what came of each step.
 */
import assert from "node:assert/strict";
import { type Peer, type Revision, REVISIONS, type Target } from "./peer.ts";
import { type Conversation, PRIMITIVES, PRODUCT } from "./script.ts";

/** Which client talks to which servers. */
export interface Plan {
  readonly client: "v1" | "v2";
  readonly primitives?: Target;
  readonly product: Target;
}

/** By revision, then by step: what went wrong, or nothing. */
export type Report = Record<string, Record<string, string | null>>;

/** No step comes near. */
const PATIENCE_MS = 20_000;

if (import.meta.main) {
  const plan: Plan = JSON.parse(Deno.args[0] ?? "");
  const report = plan.product.url === undefined ? await oneByOne(plan) : await atOnce(plan);
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(report)));
  Deno.exit(0);
}

/** Where each conversation starts servers of its own, for a machine with few cores. */
async function oneByOne(plan: Plan): Promise<Report> {
  const report: Report = {};
  for (const revision of REVISIONS) report[revision] = await talk(plan, revision);
  return report;
}

async function atOnce(plan: Plan): Promise<Report> {
  const talks = REVISIONS.map(async (revision) => [revision, await talk(plan, revision)] as const);
  return Object.fromEntries(await Promise.all(talks));
}

async function talk({ client, primitives, product }: Plan, revision: Revision) {
  const { connect } = client === "v1" ? await import("./v1.ts") : await import("./v2.ts");
  const outcome: Record<string, string | null> = {};
  const parts = [[primitives, PRIMITIVES], [product, PRODUCT]] as const;
  for (const [target, conversation] of parts) {
    if (target) await converse(() => connect(target, revision), revision, conversation, outcome);
  }
  return outcome;
}

async function converse(
  connect: () => Promise<Peer>,
  revision: Revision,
  conversation: Conversation,
  outcome: Record<string, string | null>,
): Promise<void> {
  let peer: Peer | undefined;
  outcome["connects"] = await faultOf(async () => {
    peer = await connect();
    assert.ok(peer.revision === revision, `settled on ${peer.revision}`);
    assert.equal(peer.server.name, "selfos");
    assert.deepEqual(peer.server.capabilities.resources, { subscribe: true, listChanged: true });
  }) ?? outcome["connects"] ?? null;
  for (const [name, step] of Object.entries(conversation)) {
    outcome[name] = await faultOf(async () => {
      assert.ok(peer?.revision === revision, "there is no connection");
      await step(peer);
    });
  }
  await peer?.close();
}

async function faultOf(step: () => Promise<void>): Promise<string | null> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("it took too long")), PATIENCE_MS);
  try {
    await Promise.race([step(), late.promise]);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
