/** Lives with something in every table. */
import { ownerOf } from "../../src/app.ts";
import { imported } from "../formats/world.ts";
import { NOW, type TestApp } from "../harness.ts";

/** In every text of Ada's. */
export const WORD = "zanzibarq";
/** Of Ada's vector: no text has it. */
export const MARK = new Uint8Array([0xde, 0xad, 0xbe, 0xef, 0xfe, 0xed, 0xfa, 0xce]);

/** A life with something in every table, its texts with a word. */
async function live(test: TestApp, person: string, other: string, word: string): Promise<void> {
  const { app } = test;
  const { life, db } = app;
  const actor = ownerOf(person, "test");
  await life.users.update(actor, { name: `${person} ${word}`, email: `${word}@example.org` });
  const me = test.as(person);
  const area = { name: `Area ${word}`, description: word };
  const { life_area } = await me.call("save_life_area", area);
  await life.shares.share(person, String(life_area.id), other, "editor");
  const goal = { title: `Goal ${word}`, description: word, life_area_id: life_area.id };
  const { goal: parent } = await me.call("create_goal", goal);
  await me.call("create_goal", { title: `Sub ${word}`, parent_goal_id: parent.id });
  const { task } = await me.call("create_task", {
    ...{ title: `Task ${word}`, description: word, goal_id: parent.id, tags: [word] },
    ...{ due_date: "2026-12-01", recurrence: "FREQ=DAILY", idempotency_key: `key ${word}` },
  });
  await me.call("create_task", { title: word, depends_on: [task.id], parent_task_id: task.id });
  await me.call("complete_task", { task_id: task.id });
  const { memory } = await me.call("add_memory", { content: `A ${word} first, edited away soon` });
  await me.call("update_memory", { memory_id: memory.id, content: "Something else altogether" });
  const { memory: gone } = await me.call("add_memory", { content: `Forgotten ${word} of old` });
  await me.call("forget_memory", { memory_id: gone.id });
  await me.call("add_memory", { content: `Remembered ${word}`, metadata: { note: word } });
  await me.call("create_goal", { title: `Undone ${word}` });
  await me.call("undo", { last: true });
  await me.call("catch_up");
  await me.call("decompose_goal", { goal_id: parent.id });
  await test.as(person, { level: "propose" }).call("update_goal", {
    ...{ goal_id: parent.id, title: `Proposed ${word}` },
  });
  const { keys, identities } = await app.auth();
  const issued = await keys.create({
    ...{ user_id: person, name: `key ${word}`, level: "read_only", expires_at: null },
  });
  await keys.rotate(issued.id);
  await identities.link(person, { issuer: "https://id.example", subject: `${person} ${word}` });
  await imported(test, person, "todoist", `TYPE,CONTENT\ntask,Imported ${word}`);
  await db.write(person, async (tx) => {
    await tx.insertInto("calendar_events").values({
      ...{ user_id: person, calendar: word, uid: word, title: word, busy: 1, deleted_at: null },
      ...{ starts: NOW, ends: NOW, created_at: NOW, updated_at: NOW },
    }).execute();
    await tx.insertInto("births").values({
      ...{ user_id: person, entity: "task", entity_id: 1, born_id: 1 },
      store: crypto.randomUUID(),
    }).execute();
    await tx.insertInto("restores").values({ user_id: person, at: NOW }).execute();
    await tx.insertInto("vectors").values({
      ...{ user_id: person, entity: "memory", entity_id: memory.id, seq: 99, model: "marked" },
      ...{ dims: 2, digest: word, vector: MARK },
    }).execute();
  });
}

/** Ada and Bob, each a guest of the other. */
export async function liveTogether(test: TestApp): Promise<void> {
  await live(test, "ada", "bob", WORD);
  await live(test, "bob", "ada", "bobsword");
  // Each has something in what the other shares.
  for (const [guest, owner] of [["ada", "bob"], ["bob", "ada"]] as const) {
    const { shares } = await test.app.life.shares.list(owner);
    const { area_id } = shares.find((share) => share.owner === owner)!;
    const word = owner === "ada" ? WORD : "bobsword";
    const { goal } = await test.as(guest).call("create_goal", {
      ...{ title: `Ours ${word}`, life_area_id: area_id },
    });
    await test.as(guest).call("decompose_goal", { goal_id: goal.id });
    await test.as(guest, { level: "propose" }).call("update_goal", {
      ...{ goal_id: goal.id, title: `Ours, proposed ${word}` },
    });
  }
}
