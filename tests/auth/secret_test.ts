import assert from "node:assert/strict";
import { sharedSecret } from "../../src/auth/secret.ts";
import { onEveryStore, startApp } from "../harness.ts";

onEveryStore(
  "every process on a store has the same secret, another store has another",
  async (store) => {
    await using app = await startApp({ store });
    await using other = await startApp({ store });
    const name = "request state";

    const all = await Promise.all([1, 2, 3].map(() => sharedSecret(app.app.db, name)()));
    const [first, ...rest] = [...all, await app.app.engine.secret()];
    const elsewhere = await other.app.engine.secret();

    assert.equal(first?.length, 32);
    for (const secret of rest) assert.deepEqual(secret, first);
    assert.notDeepEqual(elsewhere, first);
  },
);
