import assert from "node:assert/strict";
import type { Forgetting } from "../../src/app/engine.ts";
import { erase } from "../../src/app/erasure.ts";
import { Erasures } from "../../src/app/erasures.ts";
import { manage } from "../../src/app/shell.ts";
import { onEveryStore, startApp } from "../harness.ts";
import { beside } from "../resources/instances.ts";

const NEVER = new AbortController().signal;

onEveryStore("an instance hears once of who is erased by another", async (store) => {
  await using test = await startApp({ store });
  const other = await beside(test);
  let heard = 0;
  const erasures = new Erasures({ db: test.app.db, forget: () => Promise.resolve(void heard++) });
  await erasures.look();
  const subject = () => ({ action: "users purge", target: "ada", user_id: "ada" }) as const;
  await manage(other, subject, NEVER, () => erase(other, test.config, "ada"));
  await other[Symbol.asyncDispose]();

  await erasures.look();
  await erasures.look();

  assert.equal(heard, 1);
});

onEveryStore("what is kept in memory is dropped, and made anew for others", async (store) => {
  await using test = await startApp({ store });
  const { app } = test;
  const { cached } = app.engine;
  const bob = test.as("bob");
  await bob.call("create_goal", { title: "Stay" });
  const client = await bob.open();
  const read = async () => {
    const { contents } = await client.readResource({ uri: "selfos://users/me/profile" });
    return JSON.stringify(contents);
  };
  const query = () => bob.call("query_data", { sql: "select title from goals" });
  const before = [await read(), JSON.stringify(await query())];
  await read();
  const kept = cached.kept;
  await (app.engine as typeof app.engine & Forgetting).forget();
  const after = [await read(), JSON.stringify(await query())];

  assert.equal(cached.kept, kept);
  assert.deepEqual(after, before);
});

onEveryStore(
  "what instances have cached together is sealed with another secret then",
  async (store) => {
    await using test = await startApp({ store });
    const { app, config } = test;
    const { sharedSecret } = await import("../../src/auth/secret.ts");
    const secretOf = async (name: string) =>
      new TextDecoder("latin1").decode(await sharedSecret(app.db, name)());
    const before = [await secretOf("cache"), await secretOf("request state")];
    await erase(app, config, "ada");
    const after = [await secretOf("cache"), await secretOf("request state")];

    assert.notEqual(after[0], before[0]);
    assert.equal(after[1], before[1]);
  },
);
