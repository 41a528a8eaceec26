/** Who may do what, over the wire and where a request reaches `src/mcp` directly. */
import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { everyTool } from "../../src/app.ts";
import { AppError } from "../../src/errors.ts";
import { callTool } from "../../src/mcp/call.ts";
import { completeArgument } from "../../src/mcp/complete.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import { getPrompt } from "../../src/mcp/prompts.ts";
import { readResource } from "../../src/mcp/resources.ts";
import { startApp, type TestApp } from "../harness.ts";
import { furnish, type Furnished, type Ids, share } from "../household.ts";
import { everything, offer, prompts } from "./matrix/offer.ts";
import {
  type Cells,
  COMPLETIONS,
  NARROW,
  PROMPTS,
  RESOURCES,
  TOOLS,
  WHO,
  type Who,
  type Whose,
} from "./matrix/table.ts";

/** How a principal asks; throws, or answers a text that begins with its code, when refused. */
interface Asking {
  tool(name: string, args: object): Promise<unknown>;
  read(uri: string): Promise<unknown>;
  prompt(name: string, args: Record<string, string>): Promise<unknown>;
  complete(owner: string, argument: string): Promise<string[]>;
}

Deno.test("the matrix has a row for all that there is", async () => {
  const forms = everything.resources.map(({ uri }) => uri);
  const arguments_ = [
    ...prompts.flatMap(({ name, arguments: args }) => args.map((one) => `${name} ${one.name}`)),
    ...everything.resources.flatMap(({ uri, complete = {} }) =>
      Object.keys(complete).map((name) => `${uri} ${name}`)
    ),
  ];

  assert.deepEqual(Object.keys(TOOLS).sort(), (await everyTool()).sort());
  assert.deepEqual(Object.keys(RESOURCES).sort(), forms.sort());
  assert.deepEqual(Object.keys(PROMPTS), prompts.map(({ name }) => name));
  assert.deepEqual(Object.keys(COMPLETIONS).sort(), arguments_.sort());
});

for (const who of WHO) {
  for (const way of ["over the wire", "directly"] as const) {
    Deno.test(`a key that is ${who} is allowed ${way} exactly what the matrix says`, async () => {
      await using house = await open(who);
      const asking = way === "directly" ? house.direct : wired(house.client);
      const wrong: string[] = [];
      const cell = async (
        what: string,
        sign: string,
        whose: Whose,
        ask: () => Promise<unknown>,
      ) => {
        const { end, text } = await endOf(ask);
        if (end !== sign) wrong.push(`${what} (${whose}): ${end}, not ${sign}: ${text}`);
        if (hidden(who, whose).test(text)) wrong.push(`${what} (${whose}) shows ${text}`);
        if (end === "-" && !/ as .+\nTry: /s.test(text)) {
          wrong.push(`${what} says no rule: ${text}`);
        }
      };

      for (const [form, { uri, cells }] of Object.entries(RESOURCES)) {
        for (const [whose, sign, ids] of each(cells, who, house)) {
          const address = uri(ids).replace("USER", whose === "bob" ? "bob" : "me");
          await cell(form, sign, whose, () => asking.read(address));
        }
      }
      for (const [name, { args, cells }] of Object.entries(PROMPTS)) {
        for (const [whose, sign, ids] of each(cells, who, house)) {
          await cell(name, sign, whose, () => asking.prompt(name, args(ids)));
        }
      }
      for (const [what, { cells, values }] of Object.entries(COMPLETIONS)) {
        const [owner = "", argument = ""] = what.split(" ");
        await cell(what, of(cells, who), "own", async () => {
          const found = await asking.complete(owner, argument);
          assert.ok(
            found.length > 0 && found.every((value) => values[who].test(value)),
            `${found}`,
          );
          return found;
        });
      }
      for (const [name, { args, cells }] of Object.entries(TOOLS)) {
        for (const [whose, sign, ids] of each(cells, who, house)) {
          const user = whose === "bob" ? { user_id: "bob" } : {};
          await cell(name, sign, whose, () => asking.tool(name, { ...args(ids), ...user }));
        }
      }

      assert.deepEqual(wrong, []);
    });
  }

  Deno.test(`a key that is ${who} is shown exactly what it may use`, async () => {
    await using house = await open(who);
    const { client } = house;

    const { tools } = await client.listTools();
    const { prompts } = await client.listPrompts();
    const { resources } = await client.listResources();
    const { resourceTemplates } = await client.listResourceTemplates();

    const usable = (rows: Record<string, { cells: Cells }>) =>
      Object.entries(rows).filter(([, { cells }]) => of(cells.own ?? "", who) !== "-")
        .map(([name]) => name).sort();
    const fixed = resources.filter(({ uri }) => uri in RESOURCES);
    const uris = [
      ...fixed.map(({ uri }) => uri),
      ...resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    ];
    assert.deepEqual(tools.map(({ name }) => name).sort(), usable(TOOLS));
    assert.deepEqual(prompts.map(({ name }) => name).sort(), usable(PROMPTS));
    assert.deepEqual(uris.sort(), usable(RESOURCES));
    for (const { uri, title } of resources) {
      assert.doesNotMatch(title ?? "", hidden(who, "own"));
      await client.readResource({ uri });
    }
    for (const { inputSchema } of tools) {
      assert.equal("user_id" in (inputSchema.properties ?? {}), who === "admin");
    }
  });
}

interface House extends AsyncDisposable {
  readonly app: TestApp;
  readonly mine: Furnished;
  readonly bobs: Furnished;
  readonly client: Client;
  readonly direct: Asking;
}

/** Ada and Bob, who shares an area with her, and a key of hers. */
async function open(who: Who): Promise<House> {
  const app = await startApp();
  const mine = await withChange(app, "ada", await furnish(app, "ada"));
  const bobs = await withChange(app, "bob", await furnish(app, "bob"));
  await share(app, "bob", bobs.open.area, "ada", "editor");
  const { keys, authenticator } = await app.app.auth();
  const level = { reader: "read_only", writer: "read_write", narrow: "read_write", admin: "admin" };
  const { key } = await keys.create({
    ...{ user_id: "ada", name: who, expires_at: null },
    level: level[who] as "read_only",
    ...(who === "narrow" ? { ...NARROW, areas: [mine.open.area] } : {}),
  });
  const given = offer();
  const principal = await authenticator.authenticate(key);
  const engine = { ...app.app.engine, registry: given.registry };
  const { signal } = new AbortController();
  const exchange = silentExchange("test", signal);
  const direct: Asking = {
    tool: (name, args) => callTool(engine, principal, name, args, exchange),
    read: (uri) => readResource(engine, principal, uri, exchange),
    prompt: (name, args) => getPrompt(engine, principal, name, args, exchange),
    async complete(owner, name) {
      const params = { ref: refTo(owner), argument: { name, value: "" } };
      return (await completeArgument(engine, principal, params, signal)).completion.values;
    },
  };
  const client = await (await app.holding(key, given)).open();
  return {
    app,
    mine,
    bobs,
    client,
    direct,
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

/** The change of either part becomes one that can be undone whatever else is done. */
async function withChange(app: TestApp, user: string, { open, closed }: Furnished) {
  const last = async (ids: Ids): Promise<Ids> => {
    const args = { goal_id: ids.below, target_date: "2027-01-01" };
    return { ...ids, change: (await app.as(user).call("update_goal", args)).change_id };
  };
  return { open: await last(open), closed: await last(closed) };
}

function wired(client: Client): Asking {
  return {
    async tool(name, args) {
      const { isError, content, structuredContent } = await client.callTool({
        name,
        arguments: { ...args },
      });
      const [first] = content;
      const text = first?.type === "text" ? first.text : "";
      if (isError) throw new Error(text);
      return { text, structuredContent };
    },
    read: (uri) => client.readResource({ uri }),
    prompt: (name, args) => client.getPrompt({ name, arguments: args }),
    async complete(owner, name) {
      const params = { ref: refTo(owner), argument: { name, value: "" } };
      return (await client.complete(params)).completion.values;
    },
  };
}

function refTo(owner: string) {
  return owner.startsWith("selfos:")
    ? { type: "ref/resource", uri: owner } as const
    : { type: "ref/prompt", name: owner } as const;
}

/** How a request ended, as a sign of the table, and all that it said. */
async function endOf(ask: () => Promise<unknown>): Promise<{ end: string; text: string }> {
  try {
    return { end: "+", text: JSON.stringify(await ask()) };
  } catch (error) {
    assert.ok(error instanceof Error);
    const { message } = error;
    const said = error instanceof AppError
      ? `${error.code}: ${message}\nTry: ${error.advice}`
      : message;
    if (said.includes("permission_denied: ")) return { end: "-", text: said };
    return { end: said.includes("not_found: ") ? "0" : "?", text: said };
  }
}

function of(cells: string, who: Who): string {
  return cells[WHO.indexOf(who)] ?? "?";
}

/** The cells of a row for one principal, with the ids that are meant. */
function each(cells: Cells, who: Who, { mine, bobs }: House): [Whose, string, Ids][] {
  const ids = { own: mine.open, bob: bobs.closed, shared: bobs.open, stranger: bobs.closed };
  return (["own", "shared", "stranger", "bob"] as const)
    .flatMap((whose) =>
      cells[whose] === undefined ? [] : [[whose, of(cells[whose], who), ids[whose]]]
    );
}

/** What no answer may hold. */
function hidden(who: Who, whose: Whose): RegExp {
  if (who === "narrow") return /secret|bob open/;
  return who === "admin" && whose === "bob" ? /^$/ : /bob secret/;
}
