import assert from "node:assert/strict";
import { assertRefused, openShell } from "./selfos.ts";

const ISSUER = "https://id.example.org";
const WHO = ["--issuer", ISSUER, "--subject", "4711"];
const OIDC = { SELFOS_OIDC: JSON.stringify([{ issuer: ISSUER, audience: "selfos" }]) };

Deno.test("users link and unlink say whose tokens act for a person, and show tells", async () => {
  await using shell = await openShell();
  await shell.json("users", "create", "ada");

  const { link } = await shell.json("users", "link", "ada", ...WHO);
  const again = await shell.json("users", "link", "ada", ...WHO);
  const shown = await shell.json("users", "show", "ada");
  const text = await shell.run(["users", "show", "ada"]);
  const unlinked = await shell.json("users", "unlink", "ada", ...WHO);
  const after = await shell.json("users", "show", "ada");

  const { id, created_at, ...rest } = link;
  assert.match(id, /^[0-9A-Za-z]{8}$/);
  assert.match(created_at, /^\d{4}-/);
  assert.deepEqual(rest, {
    ...{ issuer: ISSUER, subject: "4711", user_id: "ada", last_seen_at: null },
  });
  assert.deepEqual([again.link, shown.links], [link, [link]]);
  assert.match(text.stdout, /^link +4711 of https:\/\/id\.example\.org$/m);
  assert.deepEqual(unlinked, { unlinked: { user_id: "ada", issuer: ISSUER, subject: "4711" } });
  assert.deepEqual(after.links, []);
  const { records } = await shell.json("audit", "list", "--person", "ada");
  assert.deepEqual(
    records.map(({ action, target }: { action: string; target: string }) => [action, target]),
    [
      ["users unlink", "https://id.example.org 4711"],
      ["users link", "https://id.example.org 4711"],
      ["users link", "https://id.example.org 4711"],
      [
        "users create",
        "ada",
      ],
    ],
  );
});

Deno.test("users link says in words what it did", async () => {
  await using shell = await openShell();

  const linked = await shell.run(["users", "link", "local", ...WHO], OIDC);
  const unlinked = await shell.run(["users", "unlink", "local", ...WHO]);

  assert.equal(linked.stdout, `Tokens of 4711 of ${ISSUER} now act for local.\n`);
  assert.equal(
    unlinked.stdout,
    `Tokens of 4711 of ${ISSUER} act for nobody, within 30 seconds.\n`,
  );
});

Deno.test("a subject that is another person's stays theirs", async () => {
  await using shell = await openShell();
  await shell.json("users", "create", "ada");
  await shell.json("users", "link", "ada", ...WHO);

  const outcome = await shell.run(["users", "link", "local", ...WHO]);

  assertRefused(outcome, 1, /Cannot link 4711 of .* to "local" as it is linked to "ada"/);
  assert.match(outcome.stderr, /Try: {3}selfos users unlink ada --issuer https:.* --subject 4711/);
  assert.equal((await shell.json("users", "show", "ada")).links.length, 1);
});

const refusals: { argv: string[]; env?: Record<string, string>; status: 1 | 2; says: RegExp }[] = [
  { argv: ["link", "nobody", ...WHO], status: 1, says: /the person "nobody" is unknown/ },
  { argv: ["link", "local", "--issuer", ISSUER], status: 2, says: /without --subject/ },
  { argv: ["link", "local", "--subject", "1"], status: 2, says: /without --issuer/ },
  { argv: ["link", "local", "--issuer", ISSUER, "--subject", " "], status: 2, says: /--subject/ },
  { argv: ["link", "Ada", ...WHO], status: 2, says: /user must be 1 to 64/ },
  {
    argv: ["link", "local", "--issuer", "ftp://id.example.org", "--subject", "1"],
    status: 2,
    says: /issuer must be an address as https:.*: got "ftp:/,
  },
  { argv: ["unlink", "local", ...WHO], status: 1, says: /as it is not linked to "local"/ },
  {
    argv: ["link", "local", "--issuer", `${ISSUER}/`, "--subject", "1"],
    env: OIDC,
    status: 2,
    says: /the issuer "https:\/\/id\.example\.org\/" as it is none of .*\nTry: {3}--issuer https/,
  },
];
for (const { argv, env, status, says } of refusals) {
  Deno.test(`selfos users ${argv.join(" ")} fails with status ${status}`, async () => {
    await using shell = await openShell();

    assertRefused(await shell.run(["users", ...argv], env), status, says);
    assert.deepEqual((await shell.json("users", "show", "local")).links, []);
  });
}

Deno.test("a token as the credential of the shell is refused by what is wrong with it", async () => {
  await using shell = await openShell();
  const token = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ4In0.c2VjcmV0LXNpZ25hdHVyZQ";

  const none = await shell.run(["call", "list_tasks"], { SELFOS_API_KEY: token });
  const some = await shell.run(["call", "list_tasks"], { SELFOS_API_KEY: token, ...OIDC });

  assertRefused(none, 1, /the token cannot be verified: no issuer is configured/);
  assertRefused(some, 1, /the token is signed with a shared secret.*"HS256"/);
  for (const { stderr } of [none, some]) assert.doesNotMatch(stderr, /c2VjcmV0|eyJ/);
});
