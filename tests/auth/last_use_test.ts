import assert from "node:assert/strict";
import { KeyAuthenticator } from "../../src/auth/authenticate.ts";
import type { Database } from "../../src/db/db.ts";
import { AppError } from "../../src/errors.ts";
import { NOW, onEveryStore, startApp, type TestApp } from "../harness.ts";
import { authenticatorOf, issue, keysOf, later, wait } from "./making.ts";

onEveryStore("the last use of a key is recorded, at most once a minute", async (store) => {
  await using test = await startApp({ store });
  const { key, id } = await issue(test);
  const unused = await issue(test);

  await useOnce(test, key);
  const first = await lastUse(test, id);
  wait(test, 59_999);
  await useOnce(test, key);
  const second = await lastUse(test, id);
  wait(test, 1);
  await useOnce(test, key);

  assert.deepEqual([first, second], [NOW, NOW]);
  assert.equal(await lastUse(test, id), later(test, 0).toISOString());
  assert.equal(await lastUse(test, unused.id), null);
});

onEveryStore("the last use is recorded without waiting for the end", async (store) => {
  await using test = await startApp({ store });
  const { key, id } = await issue(test);

  await (await authenticatorOf(test)).authenticate(key);
  const deadline = Date.now() + 15_000;
  while (await lastUse(test, id) === null && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  assert.equal(await lastUse(test, id), NOW);
});

onEveryStore("a key that is refused was not used", async (store) => {
  await using test = await startApp({ store });
  const { key, id } = await issue(test);
  await (await keysOf(test)).revoke(id);

  await assert.rejects(useOnce(test, key), /was revoked/);

  assert.equal(await lastUse(test, id), null);
});

Deno.test("a store that does not take the last use neither refuses nor delays a call", async () => {
  await using test = await startApp();
  const { key, id } = await issue(test);
  let fail = () => {};
  const stuck = new Promise<never>((_, reject) => {
    fail = () => reject(new AppError("unavailable", "Cannot use the store as it is read-only"));
  });
  const db = { ...test.app.db, write: () => stuck } as Database;
  const authenticator = new KeyAuthenticator({ db, now: () => test.clock.now });

  const before = await authenticator.authenticate(key);
  const closing = authenticator[Symbol.asyncDispose]();
  wait(test, 60_000);
  const meanwhile = await authenticator.authenticate(key);
  fail();
  await closing;
  await authenticator[Symbol.asyncDispose]();

  assert.deepEqual([before.id, meanwhile.id], [id, id]);
  assert.equal(await lastUse(test, id), null);
});

/** Uses the key in a server of its own, which then ends. */
async function useOnce({ app: { db }, clock }: TestApp, key: string): Promise<void> {
  await using authenticator = new KeyAuthenticator({ db, now: () => clock.now });
  await authenticator.authenticate(key);
}

async function lastUse(test: TestApp, id: string): Promise<string | null> {
  return (await (await keysOf(test)).show(id)).last_used_at;
}
