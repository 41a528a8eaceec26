import assert from "node:assert/strict";
import { onEveryStore, startApp, type StoreKind } from "../harness.ts";
import { brokenInvariants, type State, stateOf, steps, take, tryCall } from "./history_steps.ts";
import fc from "../properties.ts";

const RUNS: Record<StoreKind, number> = { sqlite: 150, postgres: 15 };

onEveryStore("undoing any history step by step leads back through every state", async (store) => {
  await using app = await startApp({ store, zone: "Europe/Berlin" });
  let person = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const user = await newPerson(app, ++person);
      const states: State[] = [await stateOf(app, user)];
      for (const step of history) {
        const answer = await take(app, user, step);
        if (answer && answer["change_id"] !== null) states.push(await stateOf(app, user));
      }

      while (states.length > 1) {
        assert.deepEqual(brokenInvariants(states.pop() ?? states[0]!), []);
        assert.ok(await tryCall(app, user, "undo", { last: true }), "undo was refused");
        assert.deepEqual(await stateOf(app, user), states.at(-1));
      }

      assert.equal(await tryCall(app, user, "undo", { last: true }), undefined);
    }),
    { numRuns: RUNS[store] },
  );
});

onEveryStore("undoing any change of a history, and redoing it, breaks nothing", async (store) => {
  await using app = await startApp({ store, zone: "America/New_York" });
  let person = 0;
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.array(fc.nat(15), { minLength: 1, maxLength: 5 }),
      async (history, picks) => {
        const user = await newPerson(app, ++person);
        const changes: unknown[] = [];
        for (const step of history) {
          const answer = await take(app, user, step);
          if (answer && answer["change_id"] !== null) changes.push(answer["change_id"]);
        }

        for (const pick of picks) {
          const before = await stateOf(app, user);
          const undone = await tryCall(app, user, "undo", {
            change_id: changes[pick % changes.length] ?? 1,
          });
          const after = await stateOf(app, user);

          assert.deepEqual(brokenInvariants(after), []);
          if (undone === undefined) assert.deepEqual(after, before);
          else {
            assert.ok(
              await tryCall(app, user, "undo", { change_id: undone["change_id"] }),
              "redo was refused",
            );
            assert.deepEqual(await stateOf(app, user), before);
          }
        }
      },
    ),
    { numRuns: RUNS[store] },
  );
});

onEveryStore("undoing all by one client gives what the other clients did alone", async (store) => {
  await using app = await startApp({ store });
  let person = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const user = await newPerson(app, ++person);
      const own = await tryCall(app, user, "create_goal", { title: "Mine" }, "person");
      const before = await stateOf(app, user);
      for (const step of history) await take(app, user, step);
      const touched = !sameState(before, await stateOf(app, user));

      const undone = await tryCall(app, user, "undo", { since: "2026-11-22", client: "test" });

      assert.ok(own);
      assert.ok(undone || !touched, "undo was refused");
      assert.deepEqual(await stateOf(app, user), before);
    }),
    { numRuns: RUNS[store] },
  );
});

async function newPerson(
  app: Awaited<ReturnType<typeof startApp>>,
  number: number,
): Promise<string> {
  const { app: { life } } = app;
  const id = `person-${number}`;
  const actor = { user_id: id, principal: "local", client: "selfos", tool: "users create" };
  await life.users.create(actor, {});
  return id;
}

function sameState(a: State, b: State): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

onEveryStore("an undo of an undo of an undo leaves the change undone", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const made = await ada.call("create_goal", { title: "Older" });
  const first = await ada.call("create_goal", { title: "Newer" });

  let last = first.change_id;
  for (let depth = 0; depth < 3; depth++) {
    last = (await ada.call("undo", { change_id: last })).change_id;
  }
  const { changes } = await ada.call("list_changes");
  const next = await ada.call("undo", { last: true });

  const standing = changes.filter((change: { undone_by: unknown }) => change.undone_by === null);
  assert.ok(!standing.some(({ id }: { id: number }) => id === first.change_id));
  assert.deepEqual(next.undone, [made.change_id]);
});
