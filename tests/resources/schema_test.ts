import assert from "node:assert/strict";
import { startApp } from "../harness.ts";

interface Table {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly { name: string; type: string; meaning: string }[];
}

Deno.test("selfos://schema lists what query_data can read, as it is", async () => {
  await using app = await startApp();
  const ada = app.as("ada", { level: "read_only" });
  const client = await ada.open();

  const { resources } = await client.listResources();
  const { contents: [content] } = await client.readResource({ uri: "selfos://schema" });

  assert.ok(content && "text" in content);
  const listed = resources.find(({ uri }) => uri === "selfos://schema");
  assert.equal(listed?.size, new TextEncoder().encode(content.text).length);
  assert.equal(listed?.mimeType, "application/json");
  const { tables }: { tables: Table[] } = JSON.parse(content.text);
  for (const { name, meaning, columns } of tables) {
    assert.ok(meaning.length > 0, name);
    const names = columns.map(({ name }) => name);
    const { columns: read } = await ada.call("query_data", { sql: `select * from ${name}` });
    assert.deepEqual(read, names);
    const { rows } = await ada.call("query_data", {
      sql: `select sql from sqlite_schema where name = '${name}'`,
    });
    for (const { name, type } of columns) assert.match(rows[0][0], new RegExp(`${name} ${type}`));
  }
});

Deno.test("the description of query_data names every table and column", async () => {
  await using app = await startApp();
  const client = await app.as("ada").open();
  const { contents: [content] } = await client.readResource({ uri: "selfos://schema" });
  const { tables }: { tables: Table[] } = JSON.parse(
    content && "text" in content ? content.text : "",
  );

  const { tools } = await client.listTools();

  const description = tools.find(({ name }) => name === "query_data")?.description ?? "";
  for (const { name, columns } of tables) {
    const outline = `${name}(${columns.map(({ name }) => name).join(", ")})`;
    assert.ok(description.includes(outline), outline);
  }
});
