import assert from "node:assert/strict";
import { RecentEvents } from "../../src/transports/http/sessions/recent_events.ts";

const STREAM = "stream";

function messageOf(text: string) {
  return { jsonrpc: "2.0" as const, method: "notifications/message", params: { text } };
}

async function replayed(events: RecentEvents, after: string): Promise<string[]> {
  const texts: string[] = [];
  await events.replayEventsAfter(after, {
    send(_, message) {
      texts.push("params" in message ? String(message.params?.["text"]) : "");
      return Promise.resolve();
    },
  });
  return texts;
}

Deno.test("the events after one are sent again, in their order", async () => {
  const events = new RecentEvents("a");
  const first = await events.storeEvent(STREAM, messageOf("one"));
  await events.storeEvent("another stream", messageOf("two"));
  await events.storeEvent(STREAM, messageOf("three"));
  await events.storeEvent(STREAM, messageOf("four"));
  assert.deepEqual(await replayed(events, first), ["three", "four"]);
});

Deno.test("fifty events are kept, and no more", async () => {
  const events = new RecentEvents("a");
  const ids: string[] = [];
  for (let number = 0; number <= 50; number++) {
    ids.push(await events.storeEvent(STREAM, messageOf(String(number))));
  }
  await assert.rejects(replayed(events, ids[0] ?? ""), /not known any more/);
  assert.equal((await replayed(events, ids[1] ?? "")).length, 49);
});

Deno.test("long events push out the earlier ones; the last is kept, however long", async () => {
  const events = new RecentEvents("a");
  const long = "x".repeat(20_000);
  const first = await events.storeEvent(STREAM, messageOf(long));
  const second = await events.storeEvent(STREAM, messageOf(long));
  await assert.rejects(replayed(events, first), /not known any more/);
  const third = await events.storeEvent(STREAM, messageOf(long.repeat(10)));
  await assert.rejects(replayed(events, second), /not known any more/);
  assert.deepEqual(await replayed(events, third), []);
});
