import assert from "node:assert/strict";
import { makeSigner, signed, startIssuer } from "../../services/issuer.ts";
import { onEveryStore, startApp } from "../../harness.ts";
import { keysOf, wait } from "../making.ts";
import { ADA, AUDIENCE, claimsAt, makeWorld, NOW_S, secondsOf } from "./world.ts";

const SECOND = 1000;

onEveryStore("a token stands for its person, under the id of the identity", async (store) => {
  await using world = await makeWorld({ defaultLevel: "read_only" }, { store });
  const { identities } = await world.test.app.auth();

  const { signer, ...principal } = await world.authenticate(await world.token());

  assert.match(signer ?? "", /^[\w-]{43}$/);
  const [identity] = await identities.list("ada");
  assert.deepEqual(principal, {
    user_id: "ada",
    level: "read_only",
    id: `token:${identity?.id}`,
    issuer: world.issuer.url,
    until: (NOW_S + 3600 + 60) * 1000,
  });
  assert.match(identity?.id ?? "", /^[0-9A-Za-z]{8}$/);
});

// Before 2.9 the runtime knows no P-521.
const ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"],
  ...(Deno.version.deno.startsWith("2.4.") ? [] : ["ES512"]),
];
for (const alg of ALGORITHMS) {
  Deno.test(`a token that is signed with ${alg} is taken`, async () => {
    await using world = await makeWorld();
    const signer = await makeSigner("other", alg);
    world.issuer.keys = [signer.jwk];

    const { user_id } = await world.authenticate(await world.token({}, {}, signer));

    assert.equal(user_id, "ada");
  });
}

const good: { when: string; claims?: object; header?: object }[] = [
  { when: "its audience is a list with ours", claims: { aud: ["other", AUDIENCE] } },
  { when: "its header has no typ", header: { typ: undefined } },
  { when: "its type is at+jwt", header: { typ: "AT+JWT" } },
  { when: "its type is application/jwt", header: { typ: "application/jwt" } },
  { when: "its header names its certificate", header: { x5t: "abc" } },
  { when: "it has just expired by this clock", claims: { exp: NOW_S - 59 } },
  { when: "it begins soon by this clock", claims: { nbf: NOW_S + 59, iat: NOW_S + 59 } },
  { when: "its times have fractions", claims: { iat: NOW_S - 0.5, exp: NOW_S + 0.5 } },
  { when: "it says more than anybody asked", claims: { azp: "x", nested: { deep: [1, {}] } } },
];
for (const { when, claims, header } of good) {
  Deno.test(`a token is taken where ${when}`, async () => {
    await using world = await makeWorld();

    const { user_id } = await world.authenticate(await world.token(claims, header));

    assert.equal(user_id, "ada");
  });
}

Deno.test("EdDSA and Ed25519 are one algorithm, whichever name key and token use", async () => {
  await using world = await makeWorld();
  const signer = await makeSigner("ed", "EdDSA");
  world.issuer.keys = [signer.jwk];

  const { user_id } = await world.authenticate(await world.token({}, { alg: "Ed25519" }, signer));

  assert.equal(user_id, "ada");
});

Deno.test("a token that is known costs no further look, and ends at its time all the same", async () => {
  await using world = await makeWorld();
  const token = await world.token({ exp: NOW_S + 5 });
  const first = await world.authenticate(token);
  const { identities } = await world.test.app.auth();
  await identities.unlink("ada", { issuer: world.issuer.url, subject: ADA });

  wait(world.test, 9 * SECOND);
  const second = await world.authenticate(token);
  wait(world.test, SECOND);

  assert.equal(second, first);
  await assert.rejects(world.authenticate(token), /is that of somebody who is not known here/);
});

Deno.test("a token that is known is refused once it ends", async () => {
  await using world = await makeWorld();
  const token = await world.token({ exp: NOW_S - 55 });
  await world.authenticate(token);

  wait(world.test, 5 * SECOND);

  await assert.rejects(world.authenticate(token), /expired on 2026-11-22 11:59 UTC/);
});

onEveryStore("a token holds until it ends, is unlinked, or its person goes", async (store) => {
  await using world = await makeWorld(undefined, { store });
  const { authenticator, identities } = await world.test.app.auth();
  const link = { issuer: world.issuer.url, subject: ADA };
  const long = await world.authenticate(await world.token());
  const short = await world.authenticate(await world.token({ exp: NOW_S + 60 }));
  const holds =
    async () => [await authenticator.stillHolds(long), await authenticator.stillHolds(short)];

  const before = await holds();
  wait(world.test, 120 * SECOND - 1);
  const still = await holds();
  wait(world.test, 1);
  const later = await holds();
  await identities.unlink("ada", link);
  const unlinked = await holds();
  await identities.link("bob", link);
  const others = await holds();

  assert.deepEqual([before, still, later], [[true, true], [true, true], [true, false]]);
  assert.deepEqual([unlinked, others], [[false, false], [false, false]]);
});

Deno.test("keys go on beside tokens, and a key is no token's identity", async () => {
  await using world = await makeWorld();
  const { authenticator } = await world.test.app.auth();
  const { key, id } = await (await keysOf(world.test)).create({
    ...{ user_id: "bob", name: "k", level: "admin", expires_at: null },
  });

  const principal = await authenticator.authenticate(key);

  assert.deepEqual(principal, { user_id: "bob", level: "admin", id });
  assert.equal(await authenticator.stillHolds(principal), true);
  assert.equal(await authenticator.stillHolds({ ...principal, id: `token:${id}` }), false);
});

Deno.test("where no issuer is configured no token is taken", async () => {
  await using test = await startApp();
  const { authenticator } = await test.app.auth();
  const token = await signed(await makeSigner("a"), { alg: "RS256", kid: "a" }, { iss: "x" });

  await assert.rejects(authenticator.authenticate(token), {
    code: "unauthenticated",
    message: "Cannot authenticate as the token cannot be verified: no issuer is configured",
    advice: "set SELFOS_OIDC, or show an API key: selfos keys create --name NAME",
  });
});

Deno.test("two issuers are two: each has its own keys and its own people", async () => {
  const [first, second] = [await makeSigner("same"), await makeSigner("same")];
  await using one = startIssuer([first]);
  await using two = startIssuer([second], "/realms/home/");
  const oidc = [one, two].map(({ url: issuer }) => ({
    ...{ issuer, audience: AUDIENCE, defaultLevel: "read_write" },
  }));
  await using test = await startApp({ flags: { oidc: JSON.stringify(oidc) } });
  const { authenticator, identities } = await test.app.auth();
  await identities.link("ada", { issuer: one.url, subject: "same" });
  await identities.link("bob", { issuer: two.url, subject: "same" });
  const token = (by: typeof first, iss: string) =>
    signed(by, { alg: "RS256", kid: "same" }, {
      ...claimsAt(iss, secondsOf(test)),
      sub: "same",
    });

  const ada = await authenticator.authenticate(await token(first, one.url));
  const bob = await authenticator.authenticate(await token(second, two.url));

  assert.deepEqual([ada.user_id, bob.user_id], ["ada", "bob"]);
  const crossed = authenticator.authenticate(await token(second, one.url));
  await assert.rejects(crossed, /a signature that its key has not made/);
});
