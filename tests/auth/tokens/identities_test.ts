import assert from "node:assert/strict";
import { sql } from "kysely";
import { openApp, ownerOf } from "../../../src/app.ts";
import { NOW, onEveryStore, startApp } from "../../harness.ts";
import { callTool } from "../../../src/mcp/call.ts";
import { silentExchange } from "../../../src/mcp/exchange.ts";
import { later, trash, wait } from "../making.ts";
import { ADA, makeWorld, type Terms, type World } from "./world.ts";

const SIGN_UP: Terms = { defaultLevel: "read_write", signUp: true };

onEveryStore("a person is who was linked, whatever address they claim", async (store) => {
  await using world = await makeWorld(undefined, { store });
  const { app } = world.test;
  await app.life.users.update(ownerOf("bob", "users update"), { email: "bob@example.org" });

  const claims = { email: "bob@example.org", email_verified: true, name: "Bob" };
  const { user_id } = await world.authenticate(await world.token(claims));

  assert.equal(user_id, "ada");
  const stranger = world.authenticate(await world.token({ ...claims, sub: "bob" }));
  await assert.rejects(stranger, {
    code: "unauthenticated",
    message: /is that of somebody who is not known here: "bob" of http:/,
    advice: new RegExp(`selfos users link ID --issuer ${world.issuer.url} --subject bob$`),
  });
});

Deno.test("the command that would let somebody in is one word for each value", async () => {
  await using world = await makeWorld();
  const sub = "x'; $(touch /tmp/owned) `id`";

  await assert.rejects(world.authenticate(await world.token({ sub })), (error: Error) => {
    const { advice } = { advice: "", ...error };
    assert.ok(advice.endsWith(`--subject 'x'\\''; $(touch /tmp/owned) \`id\`'`), advice);
    return true;
  });
});

onEveryStore("somebody new is signed up where the issuer may, as themselves", async (store) => {
  await using world = await makeWorld(SIGN_UP, { store });
  const { app } = world.test;
  const claims = { sub: "new", name: "  Grace Hopper ", email: "grace@example.org" };

  const { user_id, id } = await world.authenticate(await world.token(claims));
  const again = await world.authenticate(await world.token({ ...claims, name: "Other" }));

  assert.match(user_id, /^u[a-z0-9]{10}$/);
  assert.deepEqual([again.user_id, again.id], [user_id, id]);
  const { user } = await app.life.users.get(user_id);
  assert.deepEqual([user.name, user.email], ["Grace Hopper", null]);
  const { changes } = await app.life.history.list(ownerOf(user_id, "history"), { limit: 5 });
  assert.deepEqual(
    changes.map(({ principal, tool, client }) => [principal, tool, client]),
    [[id, "users sign_up", "selfos"]],
  );
});

const names: { name: unknown; called: string | null }[] = [
  { name: "grace@example.org", called: null },
  { name: "Grace (grace@example.org)", called: null },
  { name: "", called: null },
  { name: "x".repeat(101), called: null },
  { name: "Grace\u202eHopper", called: null },
  { name: "Grace\nHopper", called: null },
  { name: 5, called: null },
  { name: undefined, called: null },
  { name: "Zoë 數", called: "Zoë 數" },
];
for (const { name, called } of names) {
  Deno.test(`somebody whom the issuer calls ${JSON.stringify(name)} is called ${called}`, async () => {
    await using world = await makeWorld(SIGN_UP);

    const { user_id } = await world.authenticate(await world.token({ sub: "new", name }));

    assert.equal((await world.test.app.life.users.get(user_id)).user.name, called);
  });
}

onEveryStore("two requests at once, on two instances, make one person", async (store) => {
  await using world = await makeWorld(SIGN_UP, { store });
  const { app, config, clock } = world.test;
  await using other = await openApp(config, { now: () => clock.now });
  const second = (await other.auth()).authenticator;
  const tokens = await Promise.all(
    Array.from({ length: 8 }, (_, jti) => world.token({ sub: "new", jti })),
  );

  const principals = await Promise.all(
    tokens.map((token, index) =>
      index % 2 === 0 ? world.authenticate(token) : second.authenticate(token)
    ),
  );

  assert.equal(new Set(principals.map(({ user_id }) => user_id)).size, 1);
  assert.equal(new Set(principals.map(({ id }) => id)).size, 1);
  const { users } = await app.life.users.list();
  assert.deepEqual(users.map(({ id }) => id.slice(0, 1)), ["a", "b", "l", "u"]);
  const changes = await app.db.read.selectFrom("changes").select("id")
    .where("tool", "=", "users sign_up").execute();
  assert.equal(changes.length, 1);
});

Deno.test("whoever cannot be linked is not created either", async () => {
  await using world = await makeWorld(SIGN_UP);
  const { app } = world.test;
  const trigger = sql`create trigger closed before insert on identities
    begin select raise(abort, 'closed'); end`;
  await app.db.write("ada", async (tx) => void await trigger.execute(tx));

  await assert.rejects(world.authenticate(await world.token({ sub: "new" })), /closed/);

  const { users } = await app.life.users.list();
  assert.deepEqual(users.map(({ id }) => id), ["ada", "bob", "local"]);
});

onEveryStore("a person in the trash is refused, until they are back", async (store) => {
  await using world = await makeWorld(SIGN_UP, { store });
  await trash(world.test, "ada");

  await assert.rejects(world.authenticate(await world.token()), {
    code: "unauthenticated",
    message: 'Cannot authenticate as the token is that of "ada", who is in the trash',
    advice: "ask the operator for: selfos undo --last --user ada",
  });

  const actor = { ...ownerOf("ada", "undo"), operator: true };
  await world.test.app.life.history.undo(actor, { last: true });
  assert.equal((await world.authenticate(await world.token())).user_id, "ada");
});

onEveryStore("a subject is linked to one person, once and for as long as it is", async (store) => {
  await using world = await makeWorld(undefined, { store });
  const { identities } = await world.test.app.auth();
  const ada = { issuer: world.issuer.url, subject: ADA };
  const [first] = await identities.list("ada");

  const again = await identities.link("ada", ada);
  await assert.rejects(identities.link("bob", ada), {
    code: "conflict",
    message: `Cannot link ${ADA} of ${ada.issuer} to "bob" as it is linked to "ada"`,
    advice: `selfos users unlink ada --issuer ${ada.issuer} --subject ${ADA}`,
  });
  await assert.rejects(identities.unlink("bob", ada), { code: "not_found" });
  await identities.unlink("ada", ada);
  await assert.rejects(identities.unlink("ada", ada), { code: "not_found" });
  const others = await identities.link("bob", ada);

  assert.deepEqual(again, { ...first });
  assert.notEqual(others.id, first?.id);
  assert.equal((await world.authenticate(await world.token())).user_id, "bob");
  assert.deepEqual(await identities.list("ada"), []);
});

onEveryStore("nobody is linked to a person who is not there", async (store) => {
  await using test = await startApp({ store });
  const { identities } = await test.app.auth();
  const subject = { issuer: "https://id.example.org", subject: "x" };
  await trash(test, "bob");

  for (const [user_id, says] of [["eve", /is unknown/], ["bob", /is in the trash/]] as const) {
    await assert.rejects(identities.link(user_id, subject), { code: "not_found", message: says });
  }
});

onEveryStore("when somebody was seen last is recorded, at most once a minute", async (store) => {
  await using world = await makeWorld(undefined, { store });
  const [before] = await seen(world);
  const use = async () => {
    await using instance = await openApp(world.test.config, { now: () => world.test.clock.now });
    await (await instance.auth()).authenticator.authenticate(await world.token());
  };

  await use();
  const [first] = await seen(world);
  wait(world.test, 59_999);
  await use();
  const [second] = await seen(world);
  wait(world.test, 1);
  await use();

  assert.deepEqual([before, first, second], [null, NOW, NOW]);
  assert.deepEqual(await seen(world), [later(world.test, 0).toISOString()]);
});

async function seen({ test }: World): Promise<(string | null)[]> {
  const { identities } = await test.app.auth();
  return (await identities.list("ada")).map(({ last_seen_at }) => last_seen_at);
}

for (const choice of [{ last: true }, { since: "yesterday", client: "selfos" }, { change_id: 0 }]) {
  Deno.test(`nobody undoes that they were signed up, by ${Object.keys(choice)[0]}`, async () => {
    await using world = await makeWorld(SIGN_UP);
    const principal = await world.authenticate(await world.token({ sub: "new" }));
    const { db, engine } = world.test.app;
    const { id } = await db.read.selectFrom("changes").select("id")
      .where("user_id", "=", principal.user_id).executeTakeFirstOrThrow();
    const args = "change_id" in choice ? { change_id: id } : choice;
    const exchange = silentExchange("test", new AbortController().signal);

    await assert.rejects(callTool(engine, principal, "undo", args, exchange), (error: Error) => {
      assert.match(error.message, /^Cannot undo/);
      return true;
    });
    const { output } = await callTool(engine, principal, "query_user_stats", {}, exchange);
    assert.equal(output["active_goals"], 0);
  });
}
