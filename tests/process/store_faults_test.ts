import assert from "node:assert/strict";
import { freePort } from "../services/system.ts";
import { withStore } from "./invariants.ts";
import { onOneProgram } from "./programs.ts";
import { newPlace, runToEnd } from "./server.ts";

const COMMANDS = [
  ["serve"],
  ["call", "create_task", "title=x"],
  ["history"],
  ["undo", "--last"],
  ["users", "list"],
  ["migrate", "up"],
];

const spoilt: { when: string; spoil(path: string): void; says: RegExp }[] = [
  {
    when: "its schema is newer",
    spoil: (path) =>
      withStore(
        path.replace("/selfos.db", ""),
        (store) => store.exec("insert into kysely_migration values ('9999_future', '2030')"),
      ),
    says: /9999_future.*newer/,
  },
  {
    when: "it is text",
    spoil: (path) => Deno.writeTextFileSync(path, "Dear diary, ".repeat(1000)),
    says: /(not a database|damaged)[^]*Try: {3}restore a backup/,
  },
  {
    when: "it is short and no database",
    spoil: (path) => Deno.writeTextFileSync(path, "Hello"),
    says: /(not a database|damaged)[^]*Try: {3}restore a backup/,
  },
  {
    when: "its second half is gone",
    spoil: (path) => Deno.truncateSync(path, 8192),
    says: /(damaged|malformed)[^]*Try: {3}restore a backup/,
  },
  {
    when: "its pages are overwritten",
    spoil(path) {
      using file = Deno.openSync(path, { write: true });
      file.seekSync(100, Deno.SeekMode.Start);
      file.writeSync(new Uint8Array(60_000).fill(0xa5));
    },
    says: /(damaged|malformed)[^]*Try: {3}restore a backup/,
  },
  {
    when: "it is a directory",
    spoil(path) {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
    },
    says: /Cannot open the store/,
  },
];

for (const { when, spoil, says } of spoilt) {
  onOneProgram(`a store is refused and left as it is when ${when}`, async (program) => {
    using place = newPlace();
    const path = `${place.dataDir}/selfos.db`;
    await runToEnd(program, { ...place, args: ["call", "create_task", "title=First"] });
    spoil(path);
    const before = contentsOf(place.dataDir);

    for (const args of COMMANDS) {
      const { code, stdout, stderr } = await runToEnd(program, { ...place, args });

      assert.match(stderr, /^Error: .+\nTry: {3}.+\n$/, args.join(" "));
      assert.match(stderr, says, args.join(" "));
      assert.deepEqual({ code, stdout }, { code: 1, stdout: "" }, args.join(" "));
    }
    assert.deepEqual(contentsOf(place.dataDir), before);
  });
}

onOneProgram("a file in the place of the data directory is one clear error", async (program) => {
  using place = newPlace();
  await Deno.writeTextFile(place.dataDir, "in the way");

  const { code, stdout, stderr } = await runToEnd(program, place);

  assert.match(stderr, /^Error: .+\nTry: {3}.+\n$/);
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
});

onOneProgram("a PostgreSQL that nobody serves is one clear error", async (program) => {
  using place = newPlace();
  const port = freePort();
  const env = { SELFOS_DATABASE_URL: `postgres://me:secret@127.0.0.1:${port}/life` };

  for (const args of [["serve"], ["serve", "--migrate"], ["migrate", "up"], ["users", "list"]]) {
    const { code, stdout, stderr } = await runToEnd(program, { ...place, args, env });

    assert.match(stderr, /^Error: .+\nTry: {3}.+\n$/, args.join(" "));
    assert.ok(stderr.includes(`127.0.0.1:${port}`), stderr);
    assert.doesNotMatch(stderr, /secret/);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" }, args.join(" "));
  }
});

/** Names and contents of the files; of the write-ahead log only what it holds. */
function contentsOf(directory: string): Record<string, string> {
  const contents: Record<string, string> = {};
  for (const { name, isFile } of Deno.readDirSync(directory)) {
    const bytes = isFile ? Deno.readFileSync(`${directory}/${name}`) : new Uint8Array();
    const empty = name.endsWith("-shm") || name.endsWith("-wal") && bytes.length === 0;
    if (!empty) contents[name] = `${bytes.length} ${hash(bytes)}`;
  }
  return contents;
}

function hash(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 7);
}
