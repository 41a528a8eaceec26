import assert from "node:assert/strict";
import { KEYS, makeSigner, part, signed } from "../../services/issuer.ts";
import { startApp } from "../../harness.ts";
import {
  ADA,
  claimsAt,
  fetchWith,
  firebaseClaimsAt,
  makeWorld,
  NOW_S,
  PROJECT,
  secondsOf,
} from "./world.ts";

Deno.test("a Firebase token is taken, with Google's keys, at the level of the project", async () => {
  const google = await makeSigner("google");
  await using test = await startApp({
    flags: { "firebase-project-id": PROJECT, "firebase-level": "read_only" },
    fetch: fetchWith([google.jwk]),
  });
  const { authenticator, identities } = await test.app.auth();
  const issuer = `https://securetoken.google.com/${PROJECT}`;
  await identities.link("bob", { issuer, subject: ADA });
  const claims = firebaseClaimsAt(secondsOf(test));

  const { user_id, level } = await authenticator.authenticate(
    await signed(google, { alg: "RS256", kid: "google", typ: "JWT" }, claims),
  );

  assert.deepEqual([user_id, level], ["bob", "read_only"]);
});

const emulated = `${part({ alg: "none", typ: "JWT" })}.${part(firebaseClaimsAt(NOW_S))}.`;

Deno.test("the emulator's unsigned tokens are taken with its flag alone", async () => {
  const google = await makeSigner("google");
  const fetch = fetchWith([google.jwk]);
  const flags = { "firebase-project-id": PROJECT, "firebase-sign-up": "on" };
  await using test = await startApp({ flags, fetch });
  await using open = await startApp({ flags: { ...flags, "dev-firebase-emulator": "on" }, fetch });
  const [strict, lenient] = [await test.app.auth(), await open.app.auth()];

  const { level } = await lenient.authenticator.authenticate(emulated);

  assert.equal(level, "read_write");
  await assert.rejects(
    strict.authenticator.authenticate(emulated),
    /is unsigned: its alg is "none"/,
  );
});

const unsigned: { when: string; header?: object; claims?: object; says: RegExp }[] = [
  { when: "another project's", claims: { aud: "other" }, says: /its audience is "other"/ },
  { when: "of another issuer", claims: { iss: "https://x" }, says: /that is not trusted here/ },
  { when: "expired", claims: { exp: NOW_S - 61 }, says: /expired on/ },
  { when: "without a sign-in", claims: { auth_time: undefined }, says: /no claim auth_time/ },
  { when: "without a subject", claims: { sub: "" }, says: /an empty subject/ },
  { when: "without an end", claims: { exp: undefined }, says: /no claim exp/ },
  { when: "with alg in capitals", header: { alg: "NONE" }, says: /is unsigned: its alg is "NONE"/ },
  { when: "with a shared secret", header: { alg: "HS256" }, says: /shared secret/ },
  { when: "told to be signed", header: { alg: "RS256", kid: "google" }, says: /has no signature/ },
];
for (const { when, header, claims, says } of unsigned) {
  Deno.test(`with the emulator's flag, an unsigned token ${when} is refused`, async () => {
    const flags = { "firebase-project-id": PROJECT, "firebase-sign-up": "on" };
    await using test = await startApp({ flags: { ...flags, "dev-firebase-emulator": "on" } });
    const { authenticator } = await test.app.auth();
    const token = `${part({ alg: "none", typ: "JWT", ...header })}.${
      part({ ...firebaseClaimsAt(NOW_S), ...claims })
    }.`;

    await assert.rejects(authenticator.authenticate(token), says);
  });
}

Deno.test("with the emulator's flag, signed tokens are verified as ever", async () => {
  const [google, own] = [await makeSigner("google"), await makeSigner("google")];
  const flags = { "firebase-project-id": PROJECT, "firebase-sign-up": "on" };
  await using test = await startApp({
    flags: { ...flags, "dev-firebase-emulator": "on" },
    fetch: fetchWith([google.jwk]),
  });
  const { authenticator } = await test.app.auth();
  const token = (by: typeof google) =>
    signed(by, { alg: "RS256", kid: "google" }, firebaseClaimsAt(NOW_S));

  await authenticator.authenticate(await token(google));

  await assert.rejects(authenticator.authenticate(await token(own)), /its key has not made/);
});

Deno.test("the emulator's flag opens no other issuer", async () => {
  await using world = await makeWorld(undefined, {
    flags: { "firebase-project-id": PROJECT, "dev-firebase-emulator": "on" },
  });
  const token = `${part({ alg: "none" })}.${part(claimsAt(world.issuer.url, NOW_S))}.`;

  await assert.rejects(world.authenticate(token), /is unsigned: its alg is "none"/);
  assert.equal(world.issuer.asked.includes(KEYS), false);
});
