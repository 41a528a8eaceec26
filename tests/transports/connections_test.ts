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
