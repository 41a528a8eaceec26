/** What changes of a life do to the texts of its summaries, and which ones they name. */
import { summaryMarkdown } from "../../src/insights/summaries/markdown.ts";
import { type Named, summarize } from "../../src/insights/summaries/summary.ts";
import type { Change } from "../../src/events/events.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import type { TestApp } from "../harness.ts";

/** What the resources say is touched by the changes that some work makes. */
export async function namedBy(
  { app, clock }: TestApp,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const changes: Change[] = [];
  const end = app.events.listen((change) => changes.push(change));
  await work();
  end();
  const { engine: { registry, contextOf } } = app;
  const named: string[] = [];
  for (const change of changes) {
    const { user_id } = change;
    const context = contextOf({
      ...silentExchange("test", new AbortController().signal),
      principal: { user_id, level: "read_only", id: "events" },
      ...{ user_id, tool: "events" },
    });
    named.push(...await registry.resources.touchedBy(change, { ...context, now: clock.now }));
  }
  return named;
}

/** The text of each summary, for who sees all of the life and who sees a part, but how much is withheld. */
export async function textsOf(
  { app: { db }, clock: { now } }: TestApp,
  user_id: string,
  areas: readonly number[],
  names: readonly Named[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const viewer of [{ user_id }, { user_id, areas }]) {
    for (const name of names) {
      const { withheld: _, ...seen } = await summarize(db, viewer, name, now);
      const text = summaryMarkdown(seen);
      const path = "date" in name ? `daily/${name.date}` : `weekly/${name.week}`;
      texts.set(`${path} ${"areas" in viewer ? "in part" : "whole"}`, text);
    }
  }
  return texts;
}

export function isNamed(named: readonly string[], user_id: string, key: string): boolean {
  const [path = ""] = key.split(" ");
  const [kind] = path.split("/");
  return [path, `${kind}/*`].some((one) => named.includes(`selfos://users/${user_id}/${one}`));
}
