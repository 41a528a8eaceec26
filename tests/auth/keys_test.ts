import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { keyName } from "../../src/auth/keys.ts";
import { AppError } from "../../src/errors.ts";
import { NOW, onEveryStore, startApp } from "../harness.ts";
import { DAY, HOUR, issue, keysOf, later, secretOf, trash, wait } from "./making.ts";

const UNKNOWN = { code: "not_found", message: /Cannot find the key "nobody12"/ };

/** How a key is stored and shown that is narrowed to nothing in particular. */
const WIDE = { tools: null, resources: null, areas: null, taint: null };

onEveryStore("a new key is stored as id and hash, and its secret nowhere", async (store) => {
  await using test = await startApp({ store });

  const issued = await issue(test, { level: "read_only" });

  const { key, id, ...rest } = issued;
  const expires_at = later(test, 90 * DAY).toISOString();
  assert.deepEqual(rest, { user_id: "ada", level: "read_only", expires_at });
  assert.equal(key.slice(9, 17), id);
  const rows = await test.app.db.read.selectFrom("api_keys").selectAll().execute();
  assert.deepEqual(rows.map((row) => ({ ...row })), [{
    id,
    user_id: "ada",
    name: "laptop",
    level: "read_only",
    secret_hash: createHash("sha256").update(secretOf(key)).digest("hex"),
    created_at: NOW,
    expires_at,
    revoked_at: null,
    last_used_at: null,
    rotated_to: null,
    tainted_until: null,
    ...WIDE,
  }]);
  assert.ok(!JSON.stringify(rows).includes(secretOf(key)));
});

onEveryStore("a key needs a person outside the trash", async (store) => {
  await using test = await startApp({ store });
  await trash(test, "bob");

  await assert.rejects(issue(test, { user_id: "eve" }), {
    code: "not_found",
    message: 'Cannot create a key as the person "eve" is unknown',
    advice: "selfos users create eve",
  });
  await assert.rejects(issue(test, { user_id: "bob" }), {
    code: "not_found",
    message: 'Cannot create a key as the person "bob" is in the trash',
    advice: "selfos undo --last --user bob",
  });
  assert.deepEqual(await (await keysOf(test)).list(), { keys: [] });
});

onEveryStore("keys are listed oldest first, of everyone or of one person", async (store) => {
  await using test = await startApp({ store });
  const first = await issue(test, { name: "first" });
  wait(test, 1000);
  const bobs = await issue(test, { user_id: "bob" });
  wait(test, 1000);
  const second = await issue(test, { name: "second", expires_at: null });
  const keys = await keysOf(test);

  const all = await keys.list();
  const adas = await keys.list("ada");

  assert.deepEqual(all.keys.map(({ id }) => id), [first.id, bobs.id, second.id]);
  assert.deepEqual(adas.keys.map(({ id }) => id), [first.id, second.id]);
  assert.deepEqual(await keys.show(second.id), {
    id: second.id,
    user_id: "ada",
    name: "second",
    level: "read_write",
    state: "active",
    created_at: new Date(Date.parse(NOW) + 2000).toISOString(),
    expires_at: null,
    revoked_at: null,
    last_used_at: null,
    rotated_to: null,
    ...WIDE,
  });
});

onEveryStore("an id that no key has is not found", async (store) => {
  await using test = await startApp({ store });
  const keys = await keysOf(test);

  await assert.rejects(keys.show("nobody12"), { ...UNKNOWN, advice: "selfos keys list" });
  await assert.rejects(keys.rotate("nobody12"), UNKNOWN);
  await assert.rejects(keys.revoke("nobody12"), UNKNOWN);
});

Deno.test("what is no id is not repeated, as it may be a secret", async () => {
  await using test = await startApp();
  const { key } = await issue(test);
  const keys = await keysOf(test);

  for (const text of [key, secretOf(key)]) {
    await assert.rejects(keys.show(text), (error) => {
      assert.ok(error instanceof AppError);
      assert.match(error.message, /Cannot find that key: an id is 8 letters and digits/);
      assert.ok(!`${error.message} ${error.advice}`.includes(secretOf(key)));
      return true;
    });
  }
});

onEveryStore("a rotated key has a successor alike, and 24 hours left", async (store) => {
  await using test = await startApp({ store });
  const old = await issue(test, { level: "admin", expires_at: later(test, 30 * DAY) });
  const keys = await keysOf(test);
  wait(test, 5 * DAY);

  const { replaces, key, ...issued } = await keys.rotate(old.id);

  assert.notEqual(issued.id, old.id);
  assert.notEqual(secretOf(key), secretOf(old.key));
  const { name, ...shown } = await keys.show(issued.id);
  assert.deepEqual([issued.user_id, issued.level, name], ["ada", "admin", "laptop"]);
  assert.equal(issued.expires_at, later(test, 30 * DAY).toISOString());
  assert.equal(shown.state, "active");
  assert.deepEqual(
    [replaces.state, replaces.rotated_to, replaces.expires_at],
    ["rotated", issued.id, later(test, 24 * HOUR).toISOString()],
  );
  assert.deepEqual(await keys.show(old.id), replaces);
});

onEveryStore("a rotated key that ends within the day ends when it did", async (store) => {
  await using test = await startApp({ store });
  const old = await issue(test, { expires_at: later(test, 12 * HOUR) });
  wait(test, HOUR);

  const { replaces, expires_at } = await (await keysOf(test)).rotate(old.id);

  assert.equal(replaces.expires_at, old.expires_at);
  assert.equal(expires_at, later(test, 12 * HOUR).toISOString());
});

onEveryStore("a key that never ends is replaced by one, and ends in 24 hours", async (store) => {
  await using test = await startApp({ store });
  const old = await issue(test, { expires_at: null });

  const { replaces, expires_at } = await (await keysOf(test)).rotate(old.id);

  assert.equal(expires_at, null);
  assert.equal(replaces.expires_at, later(test, 24 * HOUR).toISOString());
});

onEveryStore("an expired key is replaced, and stays expired", async (store) => {
  await using test = await startApp({ store });
  const old = await issue(test, { expires_at: later(test, DAY) });
  wait(test, 2 * DAY);

  const { replaces, expires_at } = await (await keysOf(test)).rotate(old.id);

  assert.deepEqual([replaces.state, replaces.expires_at], ["expired", old.expires_at]);
  assert.equal(expires_at, later(test, DAY).toISOString());
});

onEveryStore("a key is replaced once, also by two at the same time", async (store) => {
  await using test = await startApp({ store });
  const { id } = await issue(test);
  const keys = await keysOf(test);

  const outcomes = await Promise.allSettled([keys.rotate(id), keys.rotate(id), keys.rotate(id)]);

  const done = outcomes.filter(({ status }) => status === "fulfilled");
  assert.equal(done.length, 1);
  const { rotated_to } = await keys.show(id);
  await assert.rejects(keys.rotate(id), {
    code: "conflict",
    message: `Cannot rotate the key ${id} as ${rotated_to} has replaced it already`,
    advice: `selfos keys rotate ${rotated_to}`,
  });
  assert.equal((await keys.list()).keys.length, 2);
});

onEveryStore("a revoked key is not replaced, nor one of a person in the trash", async (store) => {
  await using test = await startApp({ store });
  const revoked = await issue(test);
  const bobs = await issue(test, { user_id: "bob" });
  const keys = await keysOf(test);
  await keys.revoke(revoked.id);
  await trash(test, "bob");

  await assert.rejects(keys.rotate(revoked.id), {
    code: "conflict",
    message: `Cannot rotate the key ${revoked.id} as it was revoked on 2026-11-22 12:00 UTC`,
    advice: 'selfos keys create --name "laptop" --user ada --level read_write',
  });
  await assert.rejects(keys.rotate(bobs.id), {
    code: "not_found",
    message: /"bob" is in the trash/,
  });
  assert.equal((await keys.list()).keys.length, 2);
});

onEveryStore("a key is revoked once: the first time stands", async (store) => {
  await using test = await startApp({ store });
  const { id } = await issue(test);
  const other = await issue(test);
  const keys = await keysOf(test);

  const first = await keys.revoke(id);
  wait(test, DAY);
  const second = await keys.revoke(id);

  assert.deepEqual([first.state, first.revoked_at], ["revoked", NOW]);
  assert.deepEqual(second, first);
  assert.equal((await keys.show(other.id)).state, "active");
});

onEveryStore("the state of a key follows the clock and its person", async (store) => {
  await using test = await startApp({ store });
  const { id } = await issue(test, { user_id: "bob", expires_at: later(test, DAY) });
  const keys = await keysOf(test);
  const states: string[] = [];
  const look = async () => states.push((await keys.show(id)).state);

  await look();
  wait(test, DAY - 1);
  await look();
  await trash(test, "bob");
  await look();
  wait(test, 1);
  await look();

  assert.deepEqual(states, ["active", "active", "suspended", "expired"]);
});

Deno.test("a name is one line of 1 to 100 characters", () => {
  for (const name of ["x", "Ada's läptop 👩‍💻", "n".repeat(100)]) assert.equal(keyName(name), name);
  assert.equal(keyName("  padded "), "padded");
  for (
    const name of ["", "  ", "n".repeat(101), "a\nb", "a\0b", "\x1b[31mred", "\u202eevil", "\ud800"]
  ) {
    assert.throws(() => keyName(name), AppError, JSON.stringify(name));
  }
});
