import assert from "node:assert/strict";
import { sql } from "kysely";
import { type App, openApp, ownerOf } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { termOf } from "../../src/life/terms.ts";
import { newStore, onEveryStore, surroundings } from "../harness.ts";
import { takeBack } from "./steps_back.ts";

const STEP = "0010_korean_terms";
const KOREAN = "김치찌개를 먹었다";
const ENGLISH = "The kettle whistles";

/** More than are read at once. */
const MANY = 130;

onEveryStore("Korean memories from before are found by parts of their words", async (kind) => {
  const place = await newStore(kind);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => place.remove());
  const config = readConfig(place.flags, surroundings({ HOME: place.directory }));
  const [ada, bob] = [ownerOf("ada", "test"), ownerOf("bob", "test")];
  {
    await using app = await openApp(config, { migrate: true });
    for (const actor of [ada, bob]) await app.life.users.create(actor, {});
    const { memory: gone } = await app.life.memories.add(ada, { content: `${KOREAN} Iphone을` });
    await app.life.memories.forget(ada, gone.id);
    await app.life.memories.add(bob, { content: KOREAN });
    await app.life.memories.add(ada, { content: ENGLISH });
    for (let at = 0; at < MANY; at++) {
      await app.life.memories.add(ada, { content: `Kettle ${at}` });
    }
    await app.life.memories.add(ada, { content: `${KOREAN} Thinkpad를` });
    await makeOld(app);
    assert.deepEqual(await having(app, "ada", "김치"), []);
  }

  await using app = await openApp(config, { migrate: true });

  assert.deepEqual(await having(app, "ada", "김치"), [KOREAN + " Thinkpad를"]);
  assert.deepEqual(await having(app, "ada", "thinkpad"), [KOREAN + " Thinkpad를"]);
  assert.deepEqual(await having(app, "bob", "김치"), [KOREAN]);
  assert.deepEqual(await having(app, "ada", "old"), [ENGLISH]);
  assert.deepEqual(await wordsIn(app, "thinkpad"), ["ada"]);
  assert.deepEqual(await wordsIn(app, "iphone"), []);
  assert.deepEqual(await app.db.applied().then((steps) => steps.includes(STEP)), true);
});

async function having({ db }: App, user_id: string, term: string): Promise<string[]> {
  const ids = db.idsWithTerm("memories", termOf(user_id, term));
  const rows = await db.read.selectFrom("memories").select("content")
    .where(sql<boolean>`id in ${ids}`).orderBy("id").execute();
  return rows.map(({ content }) => content);
}

async function wordsIn({ db }: App, word: string): Promise<string[]> {
  const rows = await db.read.selectFrom("memory_words").select("user_id")
    .where("word", "=", word).execute();
  return rows.map(({ user_id }) => user_id);
}

/** Makes the store as it was before the step; what has no Korean gets terms that show whether they stay. */
async function makeOld({ db }: App): Promise<void> {
  await db.write("ada", async (tx) => {
    for (const user_id of ["ada", "bob"]) {
      await tx.updateTable("memories").set({ terms: termOf(user_id, "old") })
        .where("user_id", "=", user_id).where("deleted_at", "is", null)
        .where("content", "not like", "Kettle%").execute();
    }
    await tx.deleteFrom("memory_words").execute();
    await takeBack(tx, STEP);
  });
}
