import type { App } from "../app.ts";
import type { Key } from "../auth/keys.ts";
import { AppError, messageOf } from "../errors.ts";
import { decide, type Principal } from "../permissions.ts";

/** What the holder of a key can do. */
export interface Powers {
  /** Why it opens nothing at all. */
  readonly nothing?: string;
  readonly tools: readonly string[];
  readonly other_tools: readonly string[];
  /** Addresses and forms of addresses of which it may read all or some. */
  readonly resources: readonly string[];
  readonly other_resources: readonly string[];
  /** Globs of the only addresses that it may read; null where it may read all of these forms. */
  readonly addresses: readonly string[] | null;
  /** The only life areas that it sees; null where it sees all. */
  readonly areas:
    | readonly { readonly id: number; readonly name: string; readonly owner: string }[]
    | null;
}

/** What the holder of this key can do, as the server decides it. */
export async function powersOf({ auth, engine, life }: App, key: Key): Promise<Powers> {
  const { registry } = engine;
  const [all, forms] = [registry.names, registry.resources.addresses];
  let principal: Principal;
  try {
    principal = await (await auth()).principalOf(key.id);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "unauthenticated") throw error;
    const none = { tools: [], resources: [], addresses: [], areas: [] };
    return { nothing: messageOf(error), ...none, other_tools: all, other_resources: forms };
  }
  const uses = (tool: string) => decide(principal, { use: tool }).allowed;
  const reads = (form: string) => decide(principal, { readAny: form }).allowed;
  const { areas } = principal;
  return {
    tools: all.filter(uses),
    other_tools: all.filter((tool) => !uses(tool)),
    resources: forms.filter(reads),
    other_resources: forms.filter((form) => !reads(form)),
    addresses: principal.resources ?? null,
    areas: areas === undefined ? null : await life.shares.named(areas),
  };
}

/** The same as sentences. */
export function inWords({ nothing, tools, resources, addresses, areas, ...other }: Powers): string {
  if (nothing !== undefined) return `This key opens nothing. ${nothing}.`;
  const seen = areas === null
    ? "It sees the whole life of its person, and what others share with them."
    : `It sees only ${
      listed(areas.map(({ id, name, owner }) => `${name} (life area ${id} of ${owner})`))
    }; all else is withheld, and counted.`;
  return [
    `It may use ${listed(tools)}.`,
    ...(other.other_tools.length > 0 ? [`It may not use ${listed(other.other_tools)}.`] : []),
    `It may read ${listed(resources)}${
      addresses === null || resources.length === 0 ? "" : `, but only at ${listed(addresses)}`
    }.`,
    ...(other.other_resources.length > 0
      ? [`It may not read ${listed(other.other_resources)}.`]
      : []),
    seen,
  ].join("\n");
}

function listed(names: readonly string[]): string {
  return names.join(", ") || "nothing";
}
