import assert from "node:assert/strict";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { BadArchive } from "../../src/archive/format/format.ts";
import { AppError } from "../../src/errors.ts";
import { fill, newWorld } from "./world.ts";

const PASSPHRASE = { passphrase: "correct horse battery staple" };

Deno.test("a sealed archive is opened with its key, and with no other", async () => {
  await using world = await newWorld();
  const { app, backups } = world;
  await fill(app, "ada", 1);
  const identity = await generateX25519Identity();
  const other = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const forOne = await backups.create({ seal: { recipient } });
  const spoken = await backups.create({ seal: PASSPHRASE });

  assert.ok((await backups.verify(forOne.file, { identities: [other, identity] })).verified_at);
  assert.ok((await backups.verify(spoken.file, PASSPHRASE)).verified_at);
  assert.ok(forOne.encrypted && /\.selfos\.gz\.age$/.test(forOne.file));
  const refused = [
    [forOne, undefined, /it is encrypted$/, /^add --identity FILE;/],
    [forOne, { identities: [other] }, /encrypted for someone else/, /^give the identity of the /],
    [forOne, PASSPHRASE, /encrypted for a recipient/, /^give --identity FILE instead of --passp/],
    [spoken, undefined, /it is encrypted$/, /^add --passphrase-file FILE;/],
    [spoken, { passphrase: "wrong" }, /another passphrase/, /^give the one that it was /],
    [spoken, { identities: [identity] }, /encrypted with a passphrase/, / instead of --identity;/],
  ] as const;
  for (const [{ file }, key, says, advises] of refused) {
    const error = await backups.restore(file, undefined, key).catch((error) => error);
    assert.ok(error instanceof AppError && !(error instanceof BadArchive), error.stack);
    assert.match(error.message, says);
    assert.match(error.advice ?? "", advises);
    assert.match(error.advice ?? "", /nothing was changed/);
  }
  const bytes = await Deno.readFile(forOne.file);
  assert.ok(!new TextDecoder().decode(bytes).includes("selfos-archive"));
  const listed = await backups.list();
  assert.ok(listed.every(({ verified_at, failure }) => verified_at !== null && failure === null));
});

Deno.test("a sealed archive that was changed or cut off is refused", async () => {
  await using world = await newWorld();
  const { app, backups, folder } = world;
  await fill(app, "ada", 1);
  const identity = await generateX25519Identity();
  const seal = { recipient: await identityToRecipient(identity) };
  const { file } = await backups.create({ seal });
  const bytes = await Deno.readFile(file);

  for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 60)) {
    const flipped = bytes.slice();
    flipped[at] = (flipped[at] ?? 0) ^ 4;
    for (const [what, changed] of [["bit", flipped], ["cut", bytes.slice(0, at)]] as const) {
      const path = `${folder}/changed.selfos.gz.age`;
      await Deno.writeFile(path, changed);
      const error = await backups.restore(path, undefined, { identities: [identity] })
        .catch((error) => error);
      assert.ok(error instanceof AppError, `${what} ${at}: ${error?.stack ?? "was restored"}`);
    }
  }
  const none = await backups.create({ seal: { recipient: "age1nobody" } }).catch((error) => error);
  assert.match(none.message, /Cannot encrypt for "age1nobody" as that is no recipient of age/);
});
