import assert from "node:assert/strict";
import { levelOf } from "../../../src/auth/tokens/level.ts";
import type { Issuer } from "../../../src/config/issuers.ts";
import type { Level } from "../../../src/permissions.ts";
import { makeWorld, NOW_S, type Terms } from "./world.ts";

const levels: { terms: Partial<Issuer>; claims: object; level: Level | undefined }[] = [
  { terms: {}, claims: {}, level: undefined },
  { terms: {}, claims: { level: "admin" }, level: undefined },
  { terms: { defaultLevel: "read_only" }, claims: { level: "admin" }, level: "read_only" },
  ...named("admin", "admin"),
  ...named(["read_only", "x", "read_write"], "read_write"),
  ...named("openid read_only profile", "read_only"),
  ...named("Admin", undefined),
  ...named("administrator", undefined),
  ...named([], undefined),
  ...named("", undefined),
  ...named(null, undefined),
  ...named(true, undefined),
  ...named({ admin: true }, undefined),
  ...named([["admin"], { level: "admin" }], undefined),
  ...named(["openid admin"], undefined),
  ...mapped("family", "read_write"),
  ...mapped(["guests", "family"], "read_write"),
  ...mapped("guests owners", "admin"),
  ...mapped("House Owners", "admin"),
  ...mapped("admin", undefined),
  ...mapped("constructor", undefined),
  ...mapped("__proto__", undefined),
  ...mapped(["toString", "hasOwnProperty"], undefined),
  { terms: { levelClaim: "r", defaultLevel: "read_only" }, claims: {}, level: "read_only" },
  { terms: { levelClaim: "r", defaultLevel: "admin" }, claims: { r: "nothing" }, level: undefined },
  { terms: { levelClaim: "toString", defaultLevel: "read_only" }, claims: {}, level: "read_only" },
  ...at("realm_access.roles", { realm_access: { roles: ["admin"] } }, "admin"),
  ...at("https://life.example/level", { "https://life.example/level": "admin" }, "admin"),
  ...at("a.b", { "a.b": "read_only", a: { b: "admin" } }, "read_only"),
  ...at("a.b.c", { "a.b": { c: "admin" } }, "admin"),
  ...at("a.b.c", { a: { "b.c": "admin" } }, "admin"),
  ...at("a.b", { a: "admin" }, undefined),
  ...at("a.length", { a: ["admin"] }, undefined),
  ...at("a.0", { a: ["admin"] }, undefined),
  ...at("__proto__.x", { a: 1 }, undefined),
];
for (const { terms, claims, level } of levels) {
  Deno.test(`${JSON.stringify(terms)} makes ${JSON.stringify(claims)} ${level ?? "nothing"}`, () => {
    assert.equal(
      levelOf({ issuer: "i", audience: "a", signUp: false, ...terms }, { ...claims }),
      level,
    );
  });
}

const lockedOut: { terms: Terms; claims: object; says: RegExp }[] = [
  { terms: {}, claims: {}, says: /gives no level: no level is configured for its issuer/ },
  {
    terms: { levelClaim: "role", defaultLevel: "admin" },
    claims: { role: "guest" },
    says:
      /"ada-4711" of http:.* in as the token gives no level: its claim role stands for no level/,
  },
];
for (const { terms, claims, says } of lockedOut) {
  Deno.test(`with ${JSON.stringify(terms)} a token of ${JSON.stringify(claims)} is denied`, async () => {
    await using world = await makeWorld(terms);

    await assert.rejects(world.authenticate(await world.token(claims)), {
      code: "permission_denied",
      message: says,
    });
  });
}

Deno.test("whoever has no level is not signed up either", async () => {
  await using world = await makeWorld({ levelClaim: "role", signUp: true });
  const token = await world.token({ sub: "new", role: "guest", exp: NOW_S + 60 });

  await assert.rejects(world.authenticate(token), { code: "permission_denied" });

  const { users } = await world.test.app.life.users.list();
  assert.deepEqual(users.map(({ id }) => id), ["ada", "bob", "local"]);
});

function named(role: unknown, level: Level | undefined) {
  return [{ terms: { levelClaim: "role" }, claims: { role }, level }];
}

function mapped(groups: unknown, level: Level | undefined) {
  const levelMap: Record<string, Level> = {
    "guests": "read_only",
    "family": "read_write",
    "owners": "admin",
    "House Owners": "admin",
  };
  return [{ terms: { levelClaim: "groups", levelMap }, claims: { groups }, level }];
}

function at(levelClaim: string, claims: object, level: Level | undefined) {
  return [{ terms: { levelClaim }, claims, level }];
}
