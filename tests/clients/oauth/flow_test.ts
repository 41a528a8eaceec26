import assert from "node:assert/strict";
import { startAuthorizationServer } from "../../services/authorization_server.ts";
import { Browser } from "./browser.ts";
import { startServer, type TestServer } from "./server.ts";
import { KINDS } from "./signing_in.ts";
import { Wallet } from "./wallet.ts";

const ways = [
  { way: "by its metadata document", published: true },
  { way: "by registering", published: false },
];

for (const { name, renewsInstead, connect } of KINDS) {
  for (const { way, published } of ways) {
    test(`a client made with ${name}, known ${way}, signs its person in`, async () => {
      await using authorization = await startAuthorizationServer();
      await using server = await startServer(authorization.issuer);
      const wallet = new Wallet(
        new Browser("ada@id"),
        published ? authorization.clientId : undefined,
      );

      await using client = await connect(server.url, wallet);
      const answer = await client.call("list_goals");

      assert.ok(!answer.isError, JSON.stringify(answer));
      assert.deepEqual(answer.structuredContent, { goals: [], total: 0, next_cursor: null });
      const [asked] = wallet.asked.map(({ searchParams }) => searchParams);
      assert.equal(wallet.asked.length, 1);
      assert.equal(asked?.get("resource"), server.url.href);
      assert.match(asked?.get("scope") ?? "", /^selfos\.read( offline_access)?$/);
      assert.equal(asked?.get("client_id") === authorization.clientId, published);
      assert.equal(authorization.reads > 0, published);
      assert.deepEqual(await identities(server), [[authorization.issuer, "ada@id"]]);
    });
  }

  test(`a client made with ${name} asks its person for more when a tool needs more`, async () => {
    await using authorization = await startAuthorizationServer();
    await using server = await startServer(authorization.issuer);
    const wallet = new Wallet(new Browser("ada@id"), authorization.clientId, !renewsInstead);
    await using client = await connect(server.url, wallet);
    const listed = await client.call("list_goals");

    const made = await client.call("create_goal", { title: "Wide" });
    const again = await client.call("create_goal", { title: "Wider" });

    assert.ok(!listed.isError && !made.isError && !again.isError, JSON.stringify([made, again]));
    assert.equal(wallet.asked.length, 2);
    const scope = wallet.asked[1]?.searchParams.get("scope")?.split(" ");
    assert.ok(scope?.includes("selfos.write"), `${scope}`);
    const titles = await server.app.app.db.read.selectFrom("goals")
      .innerJoin("identities", "identities.user_id", "goals.user_id")
      .select(["title", "subject"]).orderBy("goals.id").execute();
    assert.deepEqual(titles.map(({ title, subject }) => [title, subject]), [
      ["Wide", "ada@id"],
      ["Wider", "ada@id"],
    ]);
  });

  test(`a client made with ${name} renews its token behind its person's back`, async () => {
    await using authorization = await startAuthorizationServer();
    await using server = await startServer(authorization.issuer);
    const wallet = new Wallet(new Browser("ada@id"), authorization.clientId);
    await using client = await connect(server.url, wallet);
    const before = await client.call("list_goals");
    const { clock } = server.app;

    clock.now = new Date(clock.now.getTime() + 190_000);
    const after = await client.call("list_goals");

    assert.deepEqual(after.structuredContent, before.structuredContent);
    assert.equal(wallet.asked.length, 1);
    assert.equal(wallet.given.length, 2);
    assert.notEqual(wallet.given[0]?.access_token, wallet.given[1]?.access_token);
    assert.equal((await identities(server)).length, 1);
  });

  test(`a client made with ${name} finds nobody to ask where no issuer is configured`, async () => {
    await using authorization = await startAuthorizationServer();
    await using server = await startServer();
    const wallet = new Wallet(new Browser("ada@id"), authorization.clientId);

    await assert.rejects(connect(server.url, wallet));

    assert.deepEqual([wallet.asked, wallet.given, authorization.reads], [[], [], 0]);
  });
}

test("somebody whom nobody has linked is not let in where signing up is off", async () => {
  await using authorization = await startAuthorizationServer();
  await using server = await startServer(authorization.issuer, { signUp: false });
  const wallet = new Wallet(new Browser("eve@id"), authorization.clientId);

  await assert.rejects(KINDS[1]!.connect(server.url, wallet));

  assert.deepEqual(await identities(server), []);
});

async function identities({ app }: TestServer) {
  const rows = await app.app.db.read.selectFrom("identities").selectAll().execute();
  return rows.map(({ issuer, subject }) => [issuer, subject]);
}

/** The SDKs leave some of what is answered unread. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, sanitizeResources: false, fn });
}
