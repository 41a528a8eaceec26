/**
 * `program.ts PORT`: a PostgreSQL in WebAssembly that has pgvector, on loopback, in memory.
 *
 * It has one session. Connections share it, each for as long as a transaction or a batch of messages
 * takes, so that they see no more of each other than with sessions of their own; but locks that one
 * holds hinder no other, and there is one database, whatever name is asked for.
 */
import { createServer, type Socket } from "node:net";
// Not in deno.json, as whoever only runs the program would fetch it too.
// deno-lint-ignore no-import-prefix
import { PGlite } from "npm:@electric-sql/pglite@0.5.14";
// deno-lint-ignore no-import-prefix
import { vector } from "npm:@electric-sql/pglite-pgvector@0.0.15";

const [port = ""] = Deno.args;
const db = await PGlite.create({ extensions: { vector } });

/** Ends the connection's batch: `Q`, a simple query, and `S`, the end of an extended one. */
const ENDS = new Set(["Q", "S"]);
const GOODBYE = "X";

/** Codes in the place of a version. */
const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;

let turn: Promise<unknown> = Promise.resolve();

createServer((socket) => {
  socket.on("error", () => {});
  serve(socket).catch(() => {}).finally(() => socket.destroy());
}).listen(Number(port), "127.0.0.1", () => Deno.stdout.writeSync(Uint8Array.of(10)));

async function serve(socket: Socket): Promise<void> {
  let leave: (() => void) | undefined;
  try {
    for await (const batch of batchesOf(socket)) {
      leave ??= await enter();
      socket.write(await db.execProtocolRaw(batch));
      if (db.isInTransaction()) continue;
      leave();
      leave = undefined;
    }
  } finally {
    if (leave && db.isInTransaction()) await db.exec("rollback");
    leave?.();
  }
}

async function enter(): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const before = turn;
  turn = promise;
  await before;
  return resolve;
}

/** What a client says, up to where it waits for an answer. */
async function* batchesOf(socket: Socket): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  let end = 0;
  let greeted = false;
  for await (const data of socket) {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const head = greeted ? 1 : 0;
      if (rest.length < end + head + 4) break;
      const next: number = end + head + rest.readInt32BE(end + head);
      if (rest.length < next) break;
      const type: string = greeted ? String.fromCharCode(rest[end] ?? 0) : "";
      const code: number = greeted ? 0 : rest.readInt32BE(4);
      if (type === GOODBYE || code === CANCEL_REQUEST) return;
      end = next;
      if (greeted && !ENDS.has(type)) continue;
      if (code === SSL_REQUEST) socket.write("N");
      else yield new Uint8Array(rest.subarray(0, end));
      greeted ||= code !== SSL_REQUEST;
      rest = rest.subarray(end);
      end = 0;
    }
  }
}
