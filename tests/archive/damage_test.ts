import assert from "node:assert/strict";
import { BadArchive, LONGEST_LINE } from "../../src/archive/format/format.ts";
import { AppError } from "../../src/errors.ts";
import { ARCHIVED } from "../../src/archive/format/tables.ts";
import { tableLine } from "../../src/archive/format/write.ts";
import { fill, newWorld, rowsOf, type World } from "./world.ts";

/** A world with an archive, and with rows that must stay as they are. */
async function damagedWorld(): Promise<World & { bytes: Uint8Array<ArrayBuffer>; path: string }> {
  const world = await newWorld();
  await fill(world.app, "ada");
  const { file } = await world.backups.create();
  const bytes = await Deno.readFile(file);
  return { ...world, bytes, path: `${world.folder}/other.selfos.gz` };
}

async function refusal(world: World, path: string, bytes: Uint8Array): Promise<AppError> {
  await Deno.writeFile(path, bytes);
  const error = await world.backups.restore(path).then(() => undefined, (error) => error);
  assert.ok(error instanceof AppError, `it was restored, or failed with ${error?.stack}`);
  return error;
}

Deno.test("an archive that is cut off anywhere is refused, and the store is as it was", async () => {
  await using world = await damagedWorld();
  const before = await rowsOf(world.app.app, undefined);

  const places = Array.from({ length: Math.ceil(world.bytes.length / 256) }, (_, at) => at * 256);
  for (const length of [...places, 1, 2, 9, 10, 11, world.bytes.length - 1]) {
    const error = await refusal(world, world.path, world.bytes.slice(0, length));
    assert.ok(error instanceof BadArchive, `cut at ${length}: ${error.stack}`);
    assert.match(error.advice ?? "", /^nothing was changed/);
  }
  assert.deepEqual(await rowsOf(world.app.app, undefined), before);
});

Deno.test("one bit that differs is found, or makes no difference", async () => {
  await using world = await damagedWorld();
  const before = await rowsOf(world.app.app, undefined);
  let harmless = 0;

  const step = Math.max(1, Math.floor(world.bytes.length / 150));
  const places = Array.from({ length: world.bytes.length }, (_, at) => at)
    .filter((at) => at < 24 || at > world.bytes.length - 24 || at % step === 0);
  for (const at of places) {
    const flipped = world.bytes.slice();
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    await Deno.writeFile(world.path, flipped);
    try {
      const { tables } = await world.backups.verify(world.path);
      assert.equal(tables["users"]?.rows, 3);
      harmless++;
    } catch (error) {
      assert.ok(error instanceof BadArchive, `bit of byte ${at}: ${error}`);
    }
  }
  // Some bits only fill up a byte, or stand for a code that is not used.
  assert.ok(harmless <= 4, `${harmless} of ${places.length} bits were not missed`);
  assert.deepEqual(await rowsOf(world.app.app, undefined), before);
});

async function gzipped(text: string | ReadableStream<Uint8Array<ArrayBuffer>>) {
  const stream = typeof text === "string" ? new Blob([text]).stream() : text;
  const packed = stream.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

const HEADER = {
  ...{ format: "selfos-archive", version: 1, id: "x", made_at: "2026-11-22T12:00:00.000Z" },
  ...{
    selfos: "0.1.0",
    store: "0f8e2f3c-6e0f-4d8b-9c68-1c5d9a3e7b21",
    schema: "0017_backups",
    people: null,
  },
};

const odd: readonly { what: string; text: string; says: RegExp }[] = [
  { what: "nothing", text: "", says: /cut off/ },
  { what: "text", text: "Dear diary\n", says: /cannot be read/ },
  { what: "other JSON", text: '{"format":"todo"}\n', says: /no archive of selfos/ },
  {
    what: "a newer format",
    text: `${JSON.stringify({ ...HEADER, version: 2 })}\n`,
    says: /format 2, newer than this selfos/,
  },
  {
    what: "a newer schema",
    text: `${JSON.stringify({ ...HEADER, schema: "0099_future" })}\n`,
    says: /schema has 0099_future, newer/,
  },
  {
    what: "an id that is a path",
    text: `${JSON.stringify({ ...HEADER, id: "../../etc/passwd" })}\n`,
    says: /first line is damaged/,
  },
  {
    what: "a table of secrets",
    text: `${JSON.stringify(HEADER)}\n{"table":"api_keys","columns":["id"]}\n`,
    says: /api_keys where that does not belong/,
  },
  {
    what: "a column that is a statement",
    text: `${
      JSON.stringify(HEADER)
    }\n{"table":"users","columns":["id\\") values (1); drop table"]}\n`,
    says: /columns of users that were never there/,
  },
  {
    what: "a value of another type",
    text: `${JSON.stringify(HEADER)}\n{"table":"users","columns":["id"]}\n[1]\n`,
    says: /row of users that the store refuses/,
  },
  {
    what: "bytes that are none",
    text: [
      `${JSON.stringify(HEADER)}\n`,
      ...ARCHIVED.slice(0, ARCHIVED.findIndex(({ name }) => name === "vectors"))
        .map(({ name, columns }) => tableLine(name, columns)),
      `${tableLine("vectors", ["vector"])}["AAA*AA"]\n`,
    ].join(""),
    says: /row of vectors that the store refuses: a value is no blob/,
  },
  {
    what: "no end",
    text: `${JSON.stringify(HEADER)}\n{"table":"users","columns":["id"]}\n`,
    says: /cut off/,
  },
  {
    what: "other counts",
    text: `${JSON.stringify(HEADER)}\n${
      JSON.stringify({ end: true, header: "0".repeat(64), tables: {} })
    }\n`,
    says: /not those that were counted/,
  },
];
for (const { what, text, says } of odd) {
  Deno.test(`an archive of ${what} is refused`, async () => {
    await using world = await newWorld();

    const error = await refusal(world, `${world.folder}/odd.selfos.gz`, await gzipped(text));

    assert.match(error.message, says);
    assert.match(error.advice ?? "", /nothing was changed/);
  });
}

Deno.test("what is not packed, a folder, and nothing at all are refused", async () => {
  await using world = await newWorld();
  const path = `${world.folder}/plain.selfos.gz`;

  const plain = await refusal(world, path, new TextEncoder().encode("PK\x03\x04 not gzip"));
  const folder = await world.backups.verify(`${world.folder}/`).catch((error) => error);
  const none = await world.backups.verify(`${world.folder}/none`).catch((error) => error);

  assert.match(plain.message, /does not begin like one/);
  assert.match(folder.message, /no file|Cannot read the archive/);
  assert.deepEqual([none.code, /Cannot find an archive at/.test(none.message)], [
    "not_found",
    true,
  ]);
});

const bombs = {
  "one line without end": `${JSON.stringify(HEADER)}\n["`,
  "empty lines": `${JSON.stringify(HEADER)}\n`,
};
for (const [what, start] of Object.entries(bombs)) {
  Deno.test(`a small archive that unpacks to ${what} is refused in little memory`, async () => {
    await using world = await newWorld();
    const block = new TextEncoder().encode(
      (what === "empty lines" ? "[]\n" : "aaa").repeat(300_000),
    );
    async function* text() {
      yield new TextEncoder().encode(start);
      if (what === "empty lines") {
        yield new TextEncoder().encode('{"table":"users","columns":["id"]}\n');
      }
      for (let size = 0; size < 400_000_000; size += block.length) yield block;
    }
    const bytes = await gzipped(ReadableStream.from(text()));
    assert.ok(bytes.length < 2_000_000);
    const before = Deno.memoryUsage().rss;

    const error = await refusal(world, `${world.folder}/bomb.selfos.gz`, bytes);

    assert.match(error.message, /no row fills|belongs to no table|packed so tightly/);
    const grown = Deno.memoryUsage().rss - before;
    assert.ok(grown < 8 * LONGEST_LINE + 100e6, `${(grown / 1e6).toFixed(0)} MB`);
  });
}

Deno.test("an archive with an id that leaves the store none is refused", async () => {
  await using world = await newWorld();
  await fill(world.app, "ada");
  await world.app.app.db.write("ada", async (tx) => {
    const row = { user_id: "ada", at: "2026-01-05T08:00:00.000Z", principal: "x", client: "x" };
    const rest = { tool: "x", undone_by: null, stands: 1, guest: null };
    await tx.insertInto("changes").values({ id: Number.MAX_SAFE_INTEGER - 1, ...row, ...rest })
      .execute();
  });
  const { file } = await world.backups.create();

  await assert.rejects(world.backups.verify(file), /changes have the id \d+, which no store gives/);
});

Deno.test("an archive whose journal has what is no JSON is refused", async () => {
  await using world = await newWorld();
  await fill(world.app, "ada");
  await world.app.app.db.write("ada", async (tx) => {
    await tx.updateTable("change_items").set({ before: "{" }).where("before", "is not", null)
      .execute();
  });
  const { file } = await world.backups.create();

  await assert.rejects(world.backups.verify(file), /change_items have a before that is no JSON/);
});

Deno.test({
  name: "a pipe is no archive, and nobody waits for it",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using world = await newWorld();
    const pipe = `${world.folder}/pipe`;
    await new Deno.Command("mkfifo", { args: [pipe] }).output();

    await assert.rejects(world.backups.verify(pipe), /it is no file/);
  },
});
