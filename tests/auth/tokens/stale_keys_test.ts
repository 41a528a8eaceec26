import assert from "node:assert/strict";
import { describe, DISCOVERY, KEYS, makeSigner } from "../../services/issuer.ts";
import { until } from "../../until.ts";
import { wait } from "../making.ts";
import { makeWorld } from "./world.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

Deno.test("a key that was withdrawn while nobody asked opens nothing afterwards", async () => {
  await using world = await makeWorld();
  const token = await world.token({ jti: 2 });
  await world.authenticate(await world.token());
  world.issuer.answers.set(KEYS, () => Response.json({ keys: [] }));

  wait(world.test, 21 * MINUTE);

  await assert.rejects(world.authenticate(token), { code: "unauthenticated" });
});

for (const next of ["second", "first"]) {
  Deno.test(`what a key has opened does not hold once its issuer has another, named ${next}`, async () => {
    await using world = await makeWorld();
    const { authenticator } = await world.test.app.auth();
    const principal = await world.authenticate(await world.token());
    world.issuer.keys = [(await makeSigner(next)).jwk];

    wait(world.test, 10 * MINUTE - 1);
    const before = await authenticator.stillHolds(principal);
    wait(world.test, 1);

    await until(async () => !await authenticator.stillHolds(principal));
    assert.equal(before, true);
  });
}

Deno.test("what a key has opened holds while its issuer is down", async () => {
  await using world = await makeWorld();
  const { authenticator } = await world.test.app.auth();
  const principal = await world.authenticate(await world.token());
  await world.issuer.stop();
  const unknown = await world.token({}, { kid: "other" });

  wait(world.test, 30 * MINUTE);
  await assert.rejects(world.authenticate(unknown), { code: "unavailable" });

  assert.equal(await authenticator.stillHolds(principal), true);
});

Deno.test("another key under the same name is found at once, and in 30 s not again", async () => {
  await using world = await makeWorld();
  const [second, third] = [await makeSigner("first"), await makeSigner("first")];
  const old = await world.token({ jti: 2 });
  await world.authenticate(await world.token());
  wait(world.test, 30 * SECOND);

  world.issuer.keys = [second.jwk];
  const { user_id } = await world.authenticate(await world.token({}, {}, second));
  await assert.rejects(world.authenticate(old), /its key has not made/);
  world.issuer.keys = [third.jwk];
  wait(world.test, 30 * SECOND - 1);
  await assert.rejects(
    world.authenticate(await world.token({}, {}, third)),
    /its key has not made/,
  );
  const asked = world.issuer.asked.filter((path) => path === KEYS).length;
  wait(world.test, 1);
  const again = await world.authenticate(await world.token({}, {}, third));

  assert.deepEqual([user_id, again.user_id, asked], ["ada", "ada", 2]);
});

Deno.test("a key that changed its type under its name is found at once", async () => {
  await using world = await makeWorld();
  await world.authenticate(await world.token());
  const other = await makeSigner("first", "ES256");
  world.issuer.keys = [other.jwk];
  wait(world.test, 30 * SECOND);

  const { user_id } = await world.authenticate(await world.token({}, {}, other));

  assert.equal(user_id, "ada");
});

Deno.test("tokens of a key that changed are taken together, by one fetch", async () => {
  await using world = await makeWorld();
  await world.authenticate(await world.token());
  const other = await makeSigner("first");
  world.issuer.keys = [other.jwk];
  wait(world.test, 30 * SECOND);
  const tokens = await Promise.all([1, 2, 3, 4].map((jti) => world.token({ jti }, {}, other)));

  await Promise.all(tokens.map(world.authenticate));

  assert.equal(world.issuer.asked.filter((path) => path === KEYS).length, 2);
});

for (const shadow of ["another key", "a key that cannot be read"]) {
  Deno.test(`${shadow} of the same name does not shadow the right one`, async () => {
    await using world = await makeWorld();
    const { jwk } = await makeSigner("first");
    const first = shadow === "another key" ? jwk : { ...jwk, n: "AQAB" };
    world.issuer.keys = [first, ...world.issuer.keys];

    const { user_id } = await world.authenticate(await world.token());

    assert.equal(user_id, "ada");
  });
}

Deno.test("a document that says something twice says nothing", async () => {
  await using world = await makeWorld();
  const { issuer } = world;
  issuer.answers.set(DISCOVERY, async () => {
    const text = await describe(issuer.url).text();
    return new Response(text.replace("{", `{"jwks_uri":"${issuer.url}/other",`));
  });

  await assert.rejects(world.authenticate(await world.token()), {
    code: "unavailable",
    message: /answers with the member "jwks_uri" twice in one object/,
  });
});
