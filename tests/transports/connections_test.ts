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
