import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { BuiltInEmbedder } from "../../src/search/built_in.ts";
import { Indexer } from "../../src/search/indexer.ts";
import { recordingLog } from "../events/recording_log.ts";
import { onEveryStore, startApp } from "../harness.ts";

onEveryStore("a person of whom nothing is left to embed is no failure", async (kind) => {
  await using app = await startApp({ store: kind });
  const { log, records } = recordingLog();
  await using indexer = new Indexer({
    ...{ db: app.app.db, log },
    embedder: new BuiltInEmbedder({ files: undefined, idle: 60_000 }),
  });

  indexer.nudge("ada", "memory");
  const left = await indexer.catchUp("ada", "memory", 1000);
  // What fails while it is closed is not told of.
  await sleep(200);

  assert.equal(left, 0);
  assert.deepEqual(records, []);
});
