import assert from "node:assert/strict";
import { openLog } from "../../src/log.ts";
import { type Connection, Connections } from "../../src/transports/connections.ts";
import type { Principal } from "../../src/permissions.ts";

const principal = (id: string): Principal => ({ id, user_id: "ada", level: "read_write" });

Deno.test("connections of a key that ended are cut, others stay", async () => {
  const log = openLog({ logLevel: "error", logFormat: "text" });
  const asked: string[] = [];
  const stillHolds = ({ id }: Principal) => {
    asked.push(id);
    return Promise.resolve(id === "good");
  };
  using connections = new Connections(10, stillHolds, log);
  const closed: string[] = [];
  const open = (id: string) => {
    const connection: Connection = {
      kind: "sse",
      principal: principal(id),
      close() {
        closed.push(id);
        connections.release(connection);
      },
    };
    connections.add(connection);
  };
  for (const id of ["good", "revoked", "revoked"]) open(id);

  await connections.cut(stillHolds);

  assert.deepEqual(closed, ["revoked", "revoked"]);
  assert.deepEqual(asked, ["good", "revoked"]);
  assert.deepEqual(connections.counts, { session: 0, sse: 1, ws: 0, listen: 0 });
});

Deno.test("of two tokens of one identity, only the connection of the one that ended is cut", async () => {
  const log = openLog({ logLevel: "error", logFormat: "text" });
  const stillHolds = ({ until, signer }: Principal) =>
    Promise.resolve(until === 2 && signer === "b");
  using connections = new Connections(10, stillHolds, log);
  const closed: string[] = [];
  for (const [until, signer] of [[2, "b"], [1, "b"], [2, "a"]] as const) {
    connections.add({
      kind: "ws",
      principal: { ...principal("token:1"), until, signer },
      close: () => void closed.push(`${until} ${signer}`),
    });
  }

  await connections.cut(stillHolds);

  assert.deepEqual(closed, ["1 b", "2 a"]);
});

Deno.test("a key that cannot be looked at keeps no other from being cut", async () => {
  const log = openLog({ logLevel: "error", logFormat: "text" });
  const stillHolds = ({ id }: Principal) =>
    id === "unknown" ? Promise.reject(new Error("the store is gone")) : Promise.resolve(false);
  using connections = new Connections(10, stillHolds, log);
  const closed: string[] = [];
  for (const id of ["unknown", "revoked"]) {
    connections.add({ kind: "ws", principal: principal(id), close: () => void closed.push(id) });
  }

  await connections.cut(stillHolds);

  assert.deepEqual(closed, ["revoked"]);
});

Deno.test("a session that a newer token prolongs while it is looked at stays", async () => {
  const log = openLog({ logLevel: "error", logFormat: "text" });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  using connections = new Connections(10, () => promise, log);
  const closed: string[] = [];
  const session = {
    kind: "session" as const,
    principal: { ...principal("token:1"), until: 1 },
    close: () => void closed.push("session"),
  };
  connections.add(session);

  const cut = connections.cut(() => promise);
  const again = connections.cut(() => promise);
  session.principal = { ...session.principal, until: 2 };
  resolve(false);
  await cut;

  assert.equal(cut, again);
  assert.deepEqual(closed, []);
});

Deno.test("what cannot be reviewed keeps no other from being reviewed, and no key from being cut", async () => {
  const log = openLog({ logLevel: "error", logFormat: "text" });
  const stillHolds = ({ id }: Principal) => Promise.resolve(id !== "revoked");
  using connections = new Connections(10, stillHolds, log);
  const done: string[] = [];
  const open = (id: string, review: () => Promise<void>) =>
    connections.add({
      kind: "listen",
      principal: principal(id),
      review,
      close: () => void done.push(`${id} closed`),
    });
  open("broken", () => Promise.reject(new Error("a defect")));
  const gate = Promise.withResolvers<void>();
  open("slow", () => gate.promise);
  open("last", () => Promise.resolve(void done.push("last reviewed")));
  open("revoked", () => Promise.resolve());

  const first = connections.review();
  const again = connections.review();
  await connections.cut(stillHolds);
  assert.deepEqual(done, ["revoked closed"]);
  assert.equal(first, again);
  gate.resolve();
  await first;

  assert.deepEqual(done, ["revoked closed", "last reviewed"]);
});
