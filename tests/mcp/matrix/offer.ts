/** All that the product offers, with prompts and resources that it has not. */
import type { App } from "../../../src/app.ts";
import type { Complete, Prompt, Resource } from "../../../src/mcp/define.ts";
import { Registry } from "../../../src/mcp/registry.ts";
import { prompts as own } from "../../../src/prompts/prompts.ts";
import { resources } from "../../../src/resources/resources.ts";
import type { ToolContext } from "../../../src/tools/tool.ts";
import { toolsets } from "../../../src/tools/toolsets.ts";
import type { Offer } from "../../harness.ts";

const titlesOf = async ({ life, actor }: ToolContext): Promise<string[]> => {
  const { goals } = await life.goals.list(actor, { limit: 100 });
  return goals.map(({ title }) => title);
};

const goal: Complete<ToolContext> = async (typed, context) =>
  (await titlesOf(context)).filter((title) => title.startsWith(typed));

function prompt(name: string): Prompt<ToolContext> {
  return {
    ...{ name, title: name, description: "Of the goals that are seen." },
    arguments: [{ name: "goal", description: "A goal", complete: goal }],
    async write(_, context) {
      const text = (await titlesOf(context)).join("; ");
      return [{ message: { role: "user", content: { type: "text", text } } }];
    },
  };
}

export const prompts = [...own, ...["plan_goals", "review_goals"].map(prompt)];

const titles: Resource<ToolContext> = {
  name: "titles",
  title: "Titles",
  description: "Of the goals that are seen.",
  uri: "selfos://users/{user_id}/titles",
  mimeType: "text/plain",
  complete: { user_id: (_, { actor }) => Promise.resolve([actor.user_id]) },
  prepare: () => ({ read: async (context) => ({ text: (await titlesOf(context)).join("; ") }) }),
};

const about: Resource<ToolContext> = {
  name: "about",
  title: "About",
  description: "The same for everyone.",
  uri: "selfos://about",
  mimeType: "text/plain",
  prepare: () => ({ read: () => Promise.resolve({ text: "SelfOS" }) }),
};

export const everything = {
  tools: Object.values(toolsets).flat(),
  resources: [...resources, titles, about],
  prompts,
};

export function offer(): Offer & { registry: App["engine"]["registry"] } {
  return {
    registry: new Registry(everything),
    capabilities: { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {} },
  };
}
