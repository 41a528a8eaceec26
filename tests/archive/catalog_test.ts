import assert from "node:assert/strict";
import { onEveryStore } from "../harness.ts";
import { fill, newWorld } from "./world.ts";

onEveryStore("a good copy does not prove the damaged original", async (store) => {
  await using world = await newWorld(store);
  const { app, backups, folder } = world;
  await fill(app, "ada", 1);
  const { id, file } = await backups.make({});
  const elsewhere = await Deno.makeTempDir({ prefix: "selfos-copies-" });
  const copy = `${elsewhere}/${id}.selfos.gz`;
  await Deno.copyFile(file, copy);
  const bytes = await Deno.readFile(file);
  await Deno.writeFile(file, bytes.slice(0, -20));
  await backups.verify(id).catch((error) => assert.match(error.message, /damaged or cut off/));

  const { verified_at } = await backups.verify(copy);

  assert.ok(verified_at);
  const listed = await backups.list();
  assert.equal(listed.length, 1);
  assert.deepEqual([listed[0]?.verified_at, listed[0]?.failure, listed[0]?.file], [
    null,
    "it is damaged or cut off",
    file,
  ]);
  await Deno.remove(elsewhere, { recursive: true });
  assert.ok(folder);
});

onEveryStore("archives of one file name are as many as there are", async (store) => {
  await using world = await newWorld(store);
  const { app, backups, folder } = world;
  await fill(app, "ada", 1);
  await fill(app, "bob", 1);
  const places = ["one", "two"].map((name) => `${folder}/${name}`);
  for (const place of places) await Deno.mkdir(place);
  const [one = "", two = ""] = places.map((place) => `${place}/life.selfos.gz`);

  const adas = await backups.make({ person: "ada", out: one });
  const bobs = await backups.make({ person: "bob", out: two });

  assert.notEqual(adas.id, bobs.id);
  const listed = await backups.list();
  assert.deepEqual(
    listed.map(({ person, file, here, verified_at }) => [person, file, here, verified_at !== null])
      .sort(),
    [["ada", one, false, true], ["bob", two, false, true]],
  );
});

Deno.test("a sealed archive and an open one of the same name are told apart", async () => {
  await using world = await newWorld();
  const { backups, folder } = world;
  const seal = { passphrase: "secret words" };
  const open = await backups.create({ out: `${folder}/life.selfos.gz` });
  const sealed = await backups.create({ out: `${folder}/life.selfos.gz.age`, seal });

  const unclear = await backups.verify("life").catch((error) => error);
  const byName = await backups.verify("life.selfos.gz");
  const byId = await backups.verify(sealed.id, seal);

  assert.equal(unclear.code, "conflict");
  assert.match(unclear.message, /"life".*life\.selfos\.gz and .*life\.selfos\.gz\.age are there/);
  assert.deepEqual([byName.id, byId.id], [open.id, sealed.id]);
  const listed = await backups.list();
  assert.ok(listed.length === 2 && listed.every(({ verified_at }) => verified_at !== null));
});

Deno.test("an archive that was found counts for itself alone", async () => {
  await using source = await newWorld();
  await using target = await newWorld();
  const { id, file } = await source.backups.make({});
  await Deno.copyFile(file, `${target.folder}/${id}.selfos.gz`);

  const [before] = await target.backups.list();
  await target.backups.verify(id);
  const [after] = await target.backups.list();

  assert.deepEqual([before?.id, before?.reason, before?.verified_at], [id, "unknown", null]);
  assert.deepEqual([after?.id, after?.reason], [id, "found"]);
  assert.ok(after?.verified_at);
});

Deno.test("strangers in the folder are listed in little memory", async () => {
  await using world = await newWorld();
  const zeros = new Blob([new Uint8Array(100_000_000)]).stream();
  const packed = zeros.pipeThrough(new CompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  for (let count = 0; count < 20; count++) {
    await Deno.writeFile(`${world.folder}/stranger-${count}.selfos.gz`, bytes);
  }
  await world.backups.create();
  const before = Deno.memoryUsage().rss;

  const listed = await world.backups.list();

  const strangers = listed.filter(({ reason }) => reason === "unknown");
  assert.ok(strangers.length === 20 && strangers.every(({ person }) => person === null));
  const grown = (Deno.memoryUsage().rss - before) / 1e6;
  assert.ok(grown < 150, `${grown.toFixed(0)} MB`);
});
