import assert from "node:assert/strict";
import { onEveryStore, POSTGRES_URL } from "../harness.ts";
import { fill, newWorld } from "./world.ts";

onEveryStore("no archive has keys, their hashes, secrets, or who may come in", async (store) => {
  await using world = await newWorld(store);
  const { app, backups } = world;
  await fill(app, "ada");
  const { keys, identities } = await app.app.auth();
  const input = {
    user_id: "ada",
    name: "KeyOfAda",
    level: "read_write",
    expires_at: null,
  } as const;
  const { key } = await keys.create(input);
  await identities.link("ada", { issuer: "https://issuer.example", subject: "subject-4711" });
  const planted = await app.app.db.read.selectFrom("api_keys").select("secret_hash").execute();
  await app.app.db.write("ada", async (tx) => {
    await tx.insertInto("secrets").values({ name: "planted", value: "SecretOfTheServer" })
      .execute();
  });
  const { call } = await app.holding(key);
  await call("create_task", { title: "With a key" });

  const { file } = await backups.create();
  const one = await backups.create({ person: "ada" });

  for (const path of [file, one.file]) {
    const { readable } = await Deno.open(path);
    const text = await new Response(readable.pipeThrough(new DecompressionStream("gzip"))).text();
    assert.match(text, /With a key/);
    const secrets = [
      ...[key, key.slice(-49), "KeyOfAda", "SecretOfTheServer", "issuer.example", "subject-4711"],
      ...planted.map(({ secret_hash }) => secret_hash),
      ...(store === "postgres" ? [`${POSTGRES_URL}`, "postgres://"] : []),
    ];
    for (const secret of secrets) assert.ok(!text.includes(secret), `${path} has ${secret}`);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  }
});
