import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { EXPORT_FORMATS } from "../../src/formats/formats.ts";
import { fill, rowsOf } from "../archive/world.ts";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import { exported, imported, liveALittle, newPerson, undone } from "./world.ts";

/** Of all that a person has in the store. */
async function hashOf({ app }: TestApp, user: string): Promise<string> {
  return createHash("sha256").update(JSON.stringify(await rowsOf(app, [user]))).digest("hex");
}

onEveryStore("no import, and no undo of one, touches the life of anybody else", async (store) => {
  // Nobody gives memories vectors meanwhile.
  await using app = await startApp({ store, serves: false });
  await fill(app, "bob");
  await liveALittle(app, "bob");
  const bobs = await hashOf(app, "bob");

  for (const format of EXPORT_FORMATS) {
    const files = await exported(app, "bob", format);
    await newPerson(app, format);
    const empty = await hashOf(app, format);

    const { counts } = await imported(app, format, format, files);

    assert.ok(counts.create > 0, `${format} brought nothing`);
    assert.notEqual(await hashOf(app, format), empty);
    assert.equal(await hashOf(app, "bob"), bobs, format);
    await undone(app, format);
    assert.equal(await hashOf(app, "bob"), bobs, `${format}, undone`);
  }
});
