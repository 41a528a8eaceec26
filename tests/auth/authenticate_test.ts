import assert from "node:assert/strict";
import { KeyAuthenticator } from "../../src/auth/authenticate.ts";
import { makeKey } from "../../src/auth/key.ts";
import type { Database } from "../../src/db/db.ts";
import { AppError } from "../../src/errors.ts";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import {
  authenticatorOf,
  DAY,
  forged,
  HOUR,
  issue,
  keysOf,
  later,
  secretOf,
  trash,
  wait,
} from "./making.ts";

const SECOND = 1000;
const WRONG = {
  code: "unauthenticated",
  message: "Cannot authenticate as the API key is mistyped or unknown",
  advice: "ask the operator for a key: selfos keys create --name NAME",
};

onEveryStore("a key stands for its person, at its level, under its id", async (store) => {
  await using test = await startApp({ store });
  const adas = await issue(test, { level: "read_only" });
  const bobs = await issue(test, { user_id: "bob", level: "admin" });
  const authenticator = await authenticatorOf(test);

  const [ada, bob] = [
    await authenticator.authenticate(adas.key),
    await authenticator.authenticate(bobs.key),
  ];

  assert.deepEqual(ada, { user_id: "ada", level: "read_only", id: adas.id });
  assert.deepEqual(bob, { user_id: "bob", level: "admin", id: bobs.id });
});

onEveryStore("whatever is wrong with a key, the answer is one and the same", async (store) => {
  await using test = await startApp({ store });
  const good = await issue(test);
  const expired = await issue(test, { expires_at: later(test, HOUR) });
  const revoked = await issue(test);
  const bobs = await issue(test, { user_id: "bob" });
  await (await keysOf(test)).revoke(revoked.id);
  await trash(test, "bob");
  wait(test, HOUR);
  const authenticator = await authenticatorOf(test);
  await authenticator.authenticate(good.key);
  const stranger = makeKey();

  const wrong = {
    empty: "",
    "no key": "letmein",
    mistyped: good.key.replace(/.$/, (last) => last === "a" ? "b" : "a"),
    "of an unknown id": stranger.key,
    "of another's secret": forged(good.id, stranger.secret),
    "with a known secret under another id": forged(bobs.id, secretOf(good.key)),
    "with a known secret under an unknown id": forged(stranger.id, secretOf(good.key)),
    "expired, the secret wrong": forged(expired.id, stranger.secret),
    "revoked, the secret wrong": forged(revoked.id, stranger.secret),
    "in the trash, the secret wrong": forged(bobs.id, stranger.secret),
  };
  for (const [what, key] of Object.entries(wrong)) {
    await assert.rejects(authenticator.authenticate(key), WRONG, what);
  }
});

onEveryStore("the holder of a key is told why it is no longer good", async (store) => {
  await using test = await startApp({ store });
  const expired = await issue(test, { expires_at: later(test, HOUR) });
  const revoked = await issue(test);
  const bobs = await issue(test, { user_id: "bob" });
  const rotated = await issue(test);
  const strange = await issue(test);
  const keys = await keysOf(test);
  await keys.revoke(revoked.id);
  const { id: successor } = await keys.rotate(rotated.id);
  await trash(test, "bob");
  await test.app.db.write("ada", async (tx) => {
    await tx.updateTable("api_keys").set({ level: "owner" }).where("id", "=", strange.id).execute();
  });
  wait(test, DAY);

  const why = async ({ key }: { key: string }) => {
    const refusal = await refusalOf(test, key);
    assert.ok(!`${refusal.message} ${refusal.advice}`.includes(secretOf(key)));
    return [refusal.message.replace("Cannot authenticate as the API key ", ""), refusal.advice];
  };
  const another = WRONG.advice;
  assert.deepEqual(await why(expired), [
    `${expired.id} expired on 2026-11-22 13:00 UTC`,
    another,
  ]);
  assert.deepEqual(await why(revoked), [
    `${revoked.id} was revoked on 2026-11-22 12:00 UTC`,
    another,
  ]);
  assert.deepEqual(await why(rotated), [
    `${rotated.id} expired on 2026-11-23 12:00 UTC`,
    `use the key ${successor}, which replaced it`,
  ]);
  assert.deepEqual(await why(bobs), [
    `${bobs.id} is that of "bob", who is in the trash`,
    "ask the operator for: selfos undo --last --user bob",
  ]);
  assert.deepEqual(await why(strange), [
    `${strange.id} has the level owner, which this selfos does not know`,
    another,
  ]);
});

onEveryStore("a rotated key works beside its successor for a day", async (store) => {
  await using test = await startApp({ store });
  const old = await issue(test);
  const successor = await (await keysOf(test)).rotate(old.id);
  const authenticator = await authenticatorOf(test);

  wait(test, DAY - 1);
  const both = [
    await authenticator.authenticate(old.key),
    await authenticator.authenticate(successor.key),
  ];
  wait(test, 1);

  assert.deepEqual(both.map(({ id }) => id), [old.id, successor.id]);
  assert.match((await refusalOf(test, old.key)).message, /expired/);
  await authenticator.authenticate(successor.key);
});

onEveryStore("a key that was just used ends at its time all the same", async (store) => {
  await using test = await startApp({ store });
  const { key } = await issue(test, { expires_at: later(test, 3 * SECOND) });
  const authenticator = await authenticatorOf(test);

  await authenticator.authenticate(key);
  wait(test, 3 * SECOND - 1);
  await authenticator.authenticate(key);
  wait(test, 1);

  assert.match((await refusalOf(test, key)).message, /expired/);
});

onEveryStore(
  "a revocation elsewhere holds within 30 s, for the stream check at once",
  async (store) => {
    await using test = await startApp({ store });
    const { key } = await issue(test);
    const authenticator = await authenticatorOf(test);
    const principal = await authenticator.authenticate(key);
    assert.equal(await authenticator.stillHolds(principal), true);

    wait(test, 5 * SECOND);
    await authenticator.authenticate(key);
    await (await keysOf(test)).revoke(principal.id);
    const held = await authenticator.stillHolds(principal);
    wait(test, 5 * SECOND);

    assert.equal(held, false);
    assert.match((await refusalOf(test, key)).message, /was revoked/);
  },
);

onEveryStore("a principal holds for as long as its key does", async (store) => {
  await using test = await startApp({ store });
  const short = await issue(test, { expires_at: later(test, HOUR) });
  const old = await issue(test);
  const bobs = await issue(test, { user_id: "bob" });
  const authenticator = await authenticatorOf(test);
  const holds = async () => {
    const states = [];
    for (const { id, user_id } of [short, old, bobs]) {
      states.push(await authenticator.stillHolds({ id, user_id, level: "read_write" }));
    }
    return states;
  };

  const before = await holds();
  await (await keysOf(test)).rotate(old.id);
  await trash(test, "bob");
  wait(test, HOUR);
  const during = await holds();
  wait(test, DAY);

  assert.deepEqual([before, during], [[true, true, true], [false, true, false]]);
  assert.deepEqual(await holds(), [false, false, false]);
  const nobody = { id: "local", user_id: "ada", level: "admin" } as const;
  assert.equal(await authenticator.stillHolds(nobody), false);
});

Deno.test("a store is asked once in 10 s for a good key, each time for a wrong one, never for none", async () => {
  await using test = await startApp();
  const { key, id } = await issue(test);
  const { db, reads } = counting(test.app.db);
  await using authenticator = new KeyAuthenticator({ db, now: () => test.clock.now });
  const asked = async (credential: string) => {
    const before = reads();
    await authenticator.authenticate(credential).catch(() => {});
    return reads() - before;
  };
  const stranger = makeKey();

  const good = [await asked(key), await asked(key)];
  wait(test, 10 * SECOND);
  good.push(await asked(key));
  wait(test, -HOUR);
  good.push(await asked(key));
  const wrong = [
    await asked(forged(id, stranger.secret)),
    await asked(forged(id, stranger.secret)),
    await asked(stranger.key),
    await asked(stranger.key),
  ];
  const none = await asked(key.slice(0, -1));

  assert.deepEqual(good, [1, 0, 1, 1]);
  assert.deepEqual(wrong, [1, 1, 1, 1]);
  assert.equal(none, 0);
});

async function refusalOf(test: TestApp, key: string): Promise<AppError> {
  const error = await (await authenticatorOf(test)).authenticate(key).catch((error) => error);
  assert.ok(error instanceof AppError, `the key was not refused: ${JSON.stringify(error)}`);
  assert.equal(error.code, "unauthenticated");
  return error;
}

/** The store, and how often it was read. */
function counting(db: Database): { db: Database; reads(): number } {
  let reads = 0;
  const counted: Database = {
    get read() {
      reads++;
      return db.read;
    },
    write: db.write.bind(db),
    erase: db.erase.bind(db),
    writeAtLength: db.writeAtLength.bind(db),
    snapshot: db.snapshot.bind(db),
    ids: db.ids,
    insertAll: db.insertAll.bind(db),
    whileUnchanged: db.whileUnchanged.bind(db),
    answers: db.answers,
    idsWithTerm: db.idsWithTerm.bind(db),
    textIn: db.textIn.bind(db),
    packed: db.packed.bind(db),
    hexOf: db.hexOf.bind(db),
    migrate: db.migrate.bind(db),
    applied: db.applied.bind(db),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { db: counted, reads: () => reads };
}
