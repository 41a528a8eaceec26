import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
// @ts-types="./sqlite.d.ts"
import open, { type Sqlite } from "@sqlite.org/sqlite-wasm";
import binary from "./sqlite.json" with { type: "json" };

/**
 * SQLite in WebAssembly, where a statement can be watched and what it takes is its own.
 *
 * That of the runtime would be quicker. But nothing interrupts a loop in it, no worker that runs one ever
 * ends, and it has one limit of memory for all, the store included.
 */
export async function openSqlite(): Promise<Sqlite> {
  const bytes = new Uint8Array(gunzipSync(Buffer.from(binary.gzip, "base64")));
  const module = await WebAssembly.compile(bytes);
  const sqlite = await open({
    instantiateWasm(imports, done) {
      done(new WebAssembly.Instance(module, imports), module);
    },
    printErr: () => {},
  });
  Object.assign(sqlite.config, { error: () => {}, warn: () => {} });
  return sqlite;
}
