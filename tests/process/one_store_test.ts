/** Two assistants on one machine: each starts its own server on the same store. */
import assert from "node:assert/strict";
import { closing, type Target } from "../clients/conversation/peer.ts";
import { connect as connectV1 } from "../clients/conversation/v1.ts";
import { connect as connectV2 } from "../clients/conversation/v2.ts";
import { newStore, STORES } from "../harness.ts";
import { MAY_STILL_WAIT } from "../services/redis.ts";
import { until } from "../until.ts";
import { onOneProgram, type Program } from "./programs.ts";
import { surroundings } from "./server.ts";

/** A change is told within a second, where the machine has time for it. */
const TOLD_MS = 10_000;
/** Longer than the journal is left alone. */
const SETTLED_MS = 1500;
const TODAY = "selfos://users/me/today";

for (const store of STORES) {
  const isThere = store === "sqlite" || Deno.env.has("TEST_POSTGRES_URL");
  onOneProgram(
    `what one server writes is told by others on its store, on ${store}`,
    async (program) => {
      const { flags, remove } = await newStore(store);
      try {
        await tellEachOther(targetOf(program, flags));
      } finally {
        await remove();
      }
    },
    isThere ? undefined : "TEST_POSTGRES_URL is not set",
    MAY_STILL_WAIT,
  );
}

async function tellEachOther(target: Target): Promise<void> {
  await using writer = closing(await connectV1(target, "2025-11-25"));
  await using older = closing(await connectV2(target, "2025-11-25"));
  await using newer = closing(await connectV2(target, "2026-07-28"));
  // Who begins to follow is also told of what was written right before.
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  for (const { peer } of [older, newer]) await peer.follow(TODAY);

  const { structuredContent: { change_id } } = await writer.peer.call("create_task", {
    title: "Milk",
  });
  await until(() => [older, newer].every(({ peer }) => peer.changed.length > 0), TOLD_MS);
  assert.ok(change_id > 0);

  await older.peer.call("create_task", { title: "Bread" });
  await until(() => newer.peer.changed.length === 2, TOLD_MS);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  assert.deepEqual(older.peer.changed, [TODAY, TODAY]);
  assert.deepEqual(newer.peer.changed, [TODAY, TODAY]);
}

function targetOf(program: Program, flags: Readonly<Record<string, string>>): Target {
  const settings = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const args = [...program.args, "serve", "--migrate", ...settings];
  return { command: program.command, args, env: surroundings() };
}
