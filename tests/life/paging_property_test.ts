import assert from "node:assert/strict";
import { onEveryStore, startApp, type StoreKind } from "../harness.ts";
import { tryCall } from "./history_steps.ts";
import fc from "../properties.ts";

const RUNS: Record<StoreKind, number> = { sqlite: 40, postgres: 10 };

const task = fc.record({
  due_date: fc.constantFrom(undefined, "2026-11-25", "2026-11-25T09:00", "2026-12-01"),
  priority: fc.constantFrom("low", "medium", "high", "urgent"),
  status: fc.constantFrom("pending", "in_progress", "completed", "cancelled"),
});
const filter = fc.constantFrom({}, { status: "pending" }, { due_before: "2026-11-30" }, {
  ready: true,
});

onEveryStore("walking the pages of any list gives every item once, in order", async (store) => {
  await using app = await startApp({ store });
  let person = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(task, { maxLength: 25 }),
      filter,
      fc.integer({ min: 1, max: 7 }),
      async (tasks, filter, limit) => {
        const user = `person-${++person}`;
        await app.app.life.users.create(
          { user_id: user, principal: "local", client: "selfos", tool: "users create" },
          {},
        );
        for (const [index, { status, ...fields }] of tasks.entries()) {
          const created = await tryCall(app, user, "create_task", {
            title: `Task ${index}`,
            ...fields,
          });
          const { id: task_id } = created?.["task"] as { id: number };
          await tryCall(app, user, "update_task", { task_id, status });
        }

        const whole = await listed(app, user, { ...filter, limit: 100 });
        const paged = await listed(app, user, { ...filter, limit });

        assert.deepEqual(paged.ids, whole.ids);
        assert.equal(new Set(paged.ids).size, paged.ids.length);
        for (const total of [...paged.totals, ...whole.totals]) {
          assert.equal(total, whole.ids.length);
        }
        assert.equal(paged.pages, Math.max(1, Math.ceil(whole.ids.length / limit)));
      },
    ),
    { numRuns: RUNS[store] },
  );
});

async function listed(app: Awaited<ReturnType<typeof startApp>>, user: string, filter: object) {
  const ids: number[] = [];
  const totals: number[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const page: Record<string, unknown> =
      await tryCall(app, user, "list_tasks", { ...filter, cursor }) ?? {};
    const tasks = page["tasks"] as { id: number }[];
    ids.push(...tasks.map(({ id }) => id));
    totals.push(page["total"] as number);
    cursor = page["next_cursor"] as string | null;
    pages++;
  } while (cursor !== null);
  return { ids, totals, pages };
}
