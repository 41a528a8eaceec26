import assert from "node:assert/strict";
import { startApp } from "../harness.ts";

/** What names nothing, or nothing that Ada may read; `GOAL` is one of hers, `BOBS` is not. */
const addresses: readonly { uri: string; own: RegExp; admin?: RegExp }[] = [
  { uri: "selfos://users/../bob/profile", own: /not_found/ },
  { uri: "selfos://users/ada/../bob/profile", own: /not_found/ },
  { uri: "selfos://users/%2e%2e/profile", own: /permission_denied/, admin: /not_found/ },
  { uri: "selfos://users/%2e%2e%2fbob/profile", own: /permission_denied/, admin: /not_found/ },
  { uri: "selfos://users/%252e%252e/profile", own: /permission_denied/, admin: /not_found/ },
  { uri: "selfos://users/%61da%00/today", own: /permission_denied/, admin: /not_found/ },
  { uri: "selfos://users/%E0%A4%A/today", own: /not_found/ },
  { uri: "selfos://users/ADA/today", own: /permission_denied/, admin: /not_found/ },
  { uri: "selfos://users/bob/today", own: /permission_denied/, admin: /^$/ },
  { uri: "selfos://users/bob/profile", own: /permission_denied/, admin: /^$/ },
  { uri: "selfos://users/nobody/today", own: /permission_denied/, admin: /not_found/ },
  { uri: "selfos://users/nobody/profile", own: /permission_denied/, admin: /not_found/ },
  { uri: `selfos://users/${"a".repeat(1000)}/today`, own: /permission_denied/, admin: /not_found/ },
  { uri: `selfos://users/${"a".repeat(5000)}/today`, own: /not_found/ },
  { uri: "selfos://users//today", own: /not_found/ },
  { uri: "selfos://users/me/today/", own: /not_found/ },
  { uri: "selfos://users/me/today?user_id=bob", own: /not_found/ },
  { uri: "selfos://users/me/today#x", own: /not_found/ },
  { uri: "selfos://users/me", own: /not_found/ },
  { uri: "selfos://users/me/yesterday", own: /not_found/ },
  { uri: "selfos://people/me/today", own: /not_found/ },
  { uri: "SELFOS://users/me/today", own: /not_found/ },
  { uri: "http://users/me/today", own: /not_found/ },
  { uri: "selfos:/users/me/today", own: /not_found/ },
  { uri: "selfos://goals/BOBS/context", own: /not_found/ },
  { uri: "selfos://goals/4711/context", own: /not_found/ },
  { uri: "selfos://goals/0GOAL/context", own: /not_found/ },
  { uri: "selfos://goals/-1/context", own: /not_found/ },
  { uri: "selfos://goals/1e0/context", own: /not_found/ },
  { uri: "selfos://goals/%2531/context", own: /not_found/ },
  { uri: "selfos://goals/999999999999999/context", own: /not_found/ },
  { uri: `selfos://goals/${"9".repeat(400)}/context`, own: /not_found/ },
  { uri: "selfos://goals//context", own: /not_found/ },
  { uri: "selfos://goals/GOAL/contexts", own: /not_found/ },
  { uri: "selfos://goals/GOAL", own: /not_found/ },
  { uri: "selfos://goals/{goal_id}/context", own: /not_found/ },
];

for (const level of ["read_only", "admin"] as const) {
  Deno.test(`no address but one's own is read, in any spelling, with a key that is ${level}`, async () => {
    await using app = await startApp();
    const { goal: mine } = await app.as("ada").call("create_goal", { title: "Mine" });
    const { goal: bobs } = await app.as("bob").call("create_goal", { title: "Secret" });
    const client = await app.as("ada", { level }).open();
    const wrong: string[] = [];
    for (const { uri: form, own, admin = own } of addresses) {
      const uri = form.replace("GOAL", String(mine.id)).replace("BOBS", String(bobs.id));

      const said = await client.readResource({ uri }).then(() => "", (error) => error.message);

      const expected = level === "admin" ? admin : own;
      if (!expected.test(said) || /Secret/.test(said)) wrong.push(`${uri}: ${said || "was read"}`);
    }
    assert.deepEqual(wrong, []);
  });
}
