import assert from "node:assert/strict";
import { type Subscriber, Subscriptions } from "../../src/mcp/subscriptions.ts";
import type { Principal } from "../../src/permissions.ts";
import { recordingLog } from "../events/recording_log.ts";

const SETTLED_MS = 150;
const URI = "selfos://tasks/1";

function principalOf(user_id: string): Principal {
  return { user_id, level: "read_write", id: user_id };
}

function listener(user_id: string): Subscriber & { told: number } {
  const principal = principalOf(user_id);
  return {
    principal,
    sees: () => Promise.resolve(false),
    told: 0,
    changed() {
      this.told++;
      return Promise.resolve();
    },
  };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
}

Deno.test("a thousand subscribers are told of a burst once each, and nobody else is", async () => {
  using subscriptions = new Subscriptions(recordingLog().log);
  const subscribers = Array.from({ length: 1000 }, () => listener("ada"));
  for (const subscriber of subscribers) subscriptions.add(URI, subscriber);
  const [other, stranger] = [listener("ada"), listener("bob")];
  subscriptions.add("selfos://tasks/2", other);
  subscriptions.add(URI, stranger);

  for (let change = 0; change < 100; change++) subscriptions.publish("ada", [URI]);
  await settled();

  assert.deepEqual(new Set(subscribers.map(({ told }) => told)), new Set([1]));
  assert.deepEqual([other.told, stranger.told], [0, 0]);
});

Deno.test("a change of all below an address is told to whoever follows one of them, and to nobody else", async () => {
  using subscriptions = new Subscriptions(recordingLog().log);
  const monday = listener("ada");
  const tuesday = listener("ada");
  const week = listener("ada");
  const other = listener("ada");
  subscriptions.add("selfos://users/ada/daily/2026-11-23", monday);
  subscriptions.add("selfos://users/ada/daily/2026-11-24", tuesday);
  subscriptions.add("selfos://users/ada/weekly/2026-W48", week);
  subscriptions.add("selfos://users/adam/daily/2026-11-24", other);

  subscriptions.publish("ada", ["selfos://users/ada/daily/*"]);
  await settled();

  assert.deepEqual([monday.told, tuesday.told, week.told, other.told], [1, 1, 0, 0]);
});

Deno.test("only those resources are looked at whose addresses begin like one that is followed", () => {
  using subscriptions = new Subscriptions(recordingLog().log);
  subscriptions.add("selfos://users/ada/daily/2026-11-23", listener("ada"));
  subscriptions.add("selfos://goals/12/context", listener("ada"));
  const forms = [
    "selfos://users/ada/daily/{date}",
    "selfos://goals/{goal_id}/context",
    "selfos://users/ada/weekly/{week}",
    "selfos://users/adam/daily/{date}",
    "selfos://tasks/{task_id}",
  ];

  assert.deepEqual(forms.filter((form) => subscriptions.hasLike(form)), forms.slice(0, 2));
});

Deno.test("who may not act for a person is not told of their life, though it is subscribed", async () => {
  using subscriptions = new Subscriptions(recordingLog().log);
  const [stranger, owner] = [listener("bob"), listener("ada")];
  for (const subscriber of [stranger, owner]) {
    subscriptions.add(URI, subscriber);
  }

  subscriptions.publish("ada", [URI]);
  await settled();

  assert.deepEqual([stranger.told, owner.told], [0, 1]);
});

Deno.test("a subscriber who cannot be told, or never answers, keeps it from nobody", async () => {
  const { log, records } = recordingLog();
  using subscriptions = new Subscriptions(log);
  const deaf = { ...listener("ada"), changed: () => Promise.reject(new Error("the peer is gone")) };
  const slow = { ...listener("ada"), changed: () => new Promise<void>(() => {}) };
  const well = listener("ada");
  for (const subscriber of [deaf, slow, well]) {
    subscriptions.add(URI, subscriber);
  }

  subscriptions.publish("ada", [URI]);
  await settled();
  subscriptions.publish("ada", [URI]);
  await settled();

  assert.equal(well.told, 2);
  assert.match(records.join("\n"), /the peer is gone/);
});

Deno.test("nothing is kept of subscribers who have left", () => {
  using subscriptions = new Subscriptions(recordingLog().log);
  const [first, second] = [listener("ada"), listener("ada")];
  subscriptions.add(URI, first);
  subscriptions.add(URI, second);

  subscriptions.remove(URI, first);
  assert.ok(subscriptions.any);
  subscriptions.remove(URI, second);
  assert.ok(!subscriptions.any);
});
