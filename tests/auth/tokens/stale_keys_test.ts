import assert from "node:assert/strict";
import { KEYS } from "../../services/issuer.ts";
import { wait } from "../making.ts";
import { makeWorld } from "./world.ts";

Deno.test("a key that was withdrawn while nobody asked opens nothing afterwards", async () => {
  await using world = await makeWorld();
  const token = await world.token({ jti: 2 });
  await world.authenticate(await world.token());
  world.issuer.answers.set(KEYS, () => Response.json({ keys: [] }));

  wait(world.test, 21 * 60_000);

  await assert.rejects(world.authenticate(token), { code: "unauthenticated" });
});
