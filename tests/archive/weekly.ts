import type { TestApp } from "../harness.ts";

/** The summary of the present week, as a client reads it. */
export async function weekly(app: TestApp, user: string): Promise<string> {
  const client = await app.as(user).open();
  const { contents: [content] } = await client.readResource({
    uri: "selfos://users/me/weekly/2026-W47",
  });
  return content && "text" in content ? content.text : "";
}
