import assert from "node:assert/strict";
import { askedInTime, Parts } from "../../src/telemetry/parts.ts";

Deno.test("a part that hangs is told from one that answers, and is asked once only", async () => {
  const { promise: never, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  const hanging = () => {
    asked++;
    return never;
  };
  const parts = new Parts([
    { name: "store", required: true, check: () => Promise.resolve() },
    { name: "redis", required: false, check: hanging },
  ]);

  const [[store, redis], again] = await Promise.all([parts.look(), parts.look()]);

  assert.ok(store?.seconds !== undefined && store.failure === undefined);
  assert.deepEqual(redis, { name: "redis", required: false, failure: "no answer within 2 s" });
  assert.equal(again.length, 2);
  assert.equal(asked, 1);
  resolve();
  const [, healed] = await parts.look();
  assert.ok(healed?.seconds !== undefined);
});

Deno.test("a question is asked once for all who want to know, and again after it was answered", async () => {
  const answers: PromiseWithResolvers<string>[] = [];
  const ask = askedInTime(() => {
    const answer = Promise.withResolvers<string>();
    answers.push(answer);
    return answer.promise;
  });

  const [one, two] = [ask(), ask()];
  answers[0]?.resolve("first");
  const both = [await one, await two];
  const failing = ask();
  answers[1]?.reject(new Error("gone"));

  assert.deepEqual([both, await failing, answers.length], [["first", "first"], null, 2]);
  assert.deepEqual([await ask(), await ask(), answers.length], [null, null, 3]);
  answers[2]?.resolve("late");
});
