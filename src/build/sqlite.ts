/**
 * The binary of the SQLite that runs people's statements, as a module: the worker in which it runs may
 * read no file. Made anew with the version of its package:
 *
 * `deno run --allow-all src/build/sqlite.ts`
 */
import { Buffer } from "node:buffer";
import { gunzipSync, gzipSync } from "node:zlib";
import project from "../../deno.json" with { type: "json" };

const MODULE = new URL("../insights/query/engine/sqlite.json", import.meta.url);

/** The binary in the package, and the one in the module. */
export async function binaries(): Promise<{ theirs: Uint8Array; ours: Uint8Array }> {
  const { gzip } = JSON.parse(await Deno.readTextFile(MODULE));
  return { theirs: await inPackage(), ours: gunzipSync(Buffer.from(gzip, "base64")) };
}

async function inPackage(): Promise<Uint8Array> {
  const name = "@sqlite.org/sqlite-wasm";
  const version = project.imports[name].replace(/.*@/, "");
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  for await (const { name: registry } of Deno.readDir(npmCache)) {
    const file = `${npmCache}/${registry}/${name}/${version}/dist/sqlite3.wasm`;
    const found = await Deno.readFile(file).catch(() => undefined);
    if (found) return found;
  }
  throw new Error(`${name}@${version} is not in ${npmCache}`);
}

if (import.meta.main) {
  const gzip = gzipSync(await inPackage(), { level: 9 }).toString("base64");
  await Deno.writeTextFile(MODULE, `${JSON.stringify({ gzip }, null, 2)}\n`);
}
