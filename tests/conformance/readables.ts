/** Resources and prompts under the names the suite asks for. */
import type { Prompt, Resource } from "../../src/mcp/define.ts";
import type { ToolContext } from "../../src/tools/tool.ts";
import { PNG } from "./media.ts";

const staticText: Resource<ToolContext> = {
  name: "static_text",
  title: "A text",
  description: "A text that never changes.",
  uri: "test://static-text",
  mimeType: "text/plain",
  size: 49,
  annotations: { audience: ["user"], priority: 0.5, lastModified: "2026-11-22T12:00:00Z" },
  prepare: () => ({
    read: () => Promise.resolve({ text: "This is the content of the static text resource." }),
  }),
};

const staticBinary: Resource<ToolContext> = {
  name: "static_binary",
  title: "An image",
  description: "An image that never changes.",
  uri: "test://static-binary",
  mimeType: "image/png",
  prepare: () => ({ read: () => Promise.resolve({ blob: PNG }) }),
};

const watched: Resource<ToolContext> = {
  name: "watched_resource",
  title: "Something that changes",
  description: "Changes with every task.",
  uri: "test://watched-resource",
  mimeType: "text/plain",
  touchedBy: () => Promise.resolve(["test://watched-resource"]),
  prepare: () => ({ read: () => Promise.resolve({ text: "Watched." }) }),
};

const template: Resource<ToolContext> = {
  name: "template",
  title: "Data by id",
  description: "Says which id it was read with.",
  uri: "test://template/{id}/data",
  mimeType: "application/json",
  complete: {
    id: (typed) => Promise.resolve(["1", "12", "123"].filter((id) => id.startsWith(typed))),
  },
  prepare: ({ id }) => ({
    read: () =>
      Promise.resolve({
        text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
      }),
  }),
};

const asking: Resource<ToolContext> = {
  name: "asking_resource",
  title: "Something to confirm",
  description: "Is read once the person has agreed.",
  uri: "test://asking-resource",
  mimeType: "text/plain",
  prepare: () => ({
    async read({ ask }) {
      const requestedSchema = { type: "object" as const, properties: {} };
      const params = { message: "May it be read?", requestedSchema };
      const { consent } = await ask({ consent: { method: "elicitation/create", params } });
      return { text: `The person said ${consent.action}.` };
    },
  }),
};

/** More than fit on one page. */
const shelf: readonly Resource<ToolContext>[] = Array.from({ length: 60 }, (_, index) => ({
  name: `book_${index}`,
  title: `Book ${index}`,
  description: "One of many.",
  uri: `test://shelf/${index}`,
  mimeType: "text/plain",
  prepare: () => ({ read: () => Promise.resolve({ text: `Book ${index}` }) }),
}));

export const resources: readonly Resource<ToolContext>[] = [
  ...[staticText, staticBinary, watched, template, asking],
  ...shelf,
];

const simple: Prompt<ToolContext> = {
  name: "test_simple_prompt",
  title: "Simple",
  description: "Says one thing.",
  arguments: [],
  write: () => Promise.resolve([said("This is a simple prompt for testing.")]),
};

const withArguments: Prompt<ToolContext> = {
  name: "test_prompt_with_arguments",
  title: "With arguments",
  description: "Says what it was given.",
  arguments: [
    {
      name: "arg1",
      description: "First test argument",
      required: true,
      complete: (typed) =>
        Promise.resolve(["paris", "park", "party"].filter((word) => word.startsWith(typed))),
    },
    { name: "arg2", description: "Second test argument", required: true },
  ],
  write: ({ arg1, arg2 }) =>
    Promise.resolve([said(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)]),
};

const withResource: Prompt<ToolContext> = {
  name: "test_prompt_with_embedded_resource",
  title: "With a resource",
  description: "Holds a resource.",
  arguments: [{ name: "resourceUri", description: "The address to embed", required: true }],
  write: ({ resourceUri: uri = "" }) => {
    const text = "Embedded resource content for testing.";
    const resource = { uri, mimeType: "text/plain", text };
    return Promise.resolve([
      { message: { role: "user", content: { type: "resource", resource } } },
      said("Please process the embedded resource above."),
    ]);
  },
};

const withImage: Prompt<ToolContext> = {
  name: "test_prompt_with_image",
  title: "With an image",
  description: "Holds an image.",
  arguments: [],
  write: () =>
    Promise.resolve([
      { message: { role: "user", content: { type: "image", data: PNG, mimeType: "image/png" } } },
      said("Please analyze the image above."),
    ]),
};

const askingPrompt: Prompt<ToolContext> = {
  name: "test_input_required_result_prompt",
  title: "With a question",
  description: "Asks the person first.",
  arguments: [],
  async write(_, { ask }) {
    const requestedSchema = {
      type: "object" as const,
      properties: { context: { type: "string" as const } },
      required: ["context"],
    };
    const params = { message: "What context should the prompt use?", requestedSchema };
    const { user_context } = await ask({ user_context: { method: "elicitation/create", params } });
    return [said(`Mind this context: ${user_context.content?.["context"]}`)];
  },
};

export const prompts: readonly Prompt<ToolContext>[] = [
  simple,
  withArguments,
  withResource,
  withImage,
  askingPrompt,
];

function said(text: string) {
  return { message: { role: "user", content: { type: "text", text } } } as const;
}
