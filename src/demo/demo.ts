/**
 * `deno task demo`: shows the main job on a fresh data directory. A real client starts the real
 * server as a desktop client would, and lives a small life with it.
 */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { heading, say } from "./print.ts";
import { fetchPackages, PROGRAM } from "./program.ts";

// deno-lint-ignore no-explicit-any
type Answer = Record<string, any>;

await fetchPackages();
const directory = await Deno.makeTempDir({ prefix: "selfos-demo-" });
try {
  await withClient(liveALittle);
  await withClient(lookAgain);
} finally {
  await Deno.remove(directory, { recursive: true });
}
heading("Your own assistants are served by: deno task start");

async function liveALittle(call: Call): Promise<void> {
  heading("Life areas and goals");
  const { life_area: health } = await call("save_life_area", { name: "Health", weight: 3 });
  const { life_area: home } = await call("save_life_area", { name: "Home", weight: 1 });
  const { goal: marathon } = await call("create_goal", {
    title: "Run a half marathon",
    target_date: "in 6 months",
    life_area_id: health.id,
  });
  const { goal: garden } = await call("create_goal", {
    title: "Plant a garden",
    life_area_id: home.id,
  });
  say(
    `${marathon.title}, by ${marathon.target_weekday} ${marathon.target_date}, in ${health.name}`,
  );
  say(`${garden.title}, in ${home.name}`);

  heading("Tasks that wait for each other");
  const { tasks } = await call("create_tasks", {
    tasks: [
      {
        title: "Choose a training plan",
        goal_id: marathon.id,
        due_date: "tomorrow",
        priority: "high",
      },
      {
        title: "Buy running shoes",
        goal_id: marathon.id,
        due_date: "friday 5pm",
        tags: ["errand"],
      },
      { title: "First long run", goal_id: marathon.id, depends_on: ["#1", "#2"] },
    ],
  });
  for (const task of tasks) {
    const due = task.due_date ? `, due ${task.due_weekday} ${task.due_date}` : "";
    say(
      `#${task.id} ${task.title}${due}${
        task.ready ? "" : `, waits for ${task.depends_on.join(" and ")}`
      }`,
    );
  }

  heading("A habit");
  const { task: habit } = await call("create_task", {
    title: "Water the plants",
    goal_id: garden.id,
    recurrence: "every monday and thursday",
  });
  say(
    `#${habit.id} ${habit.title}: ${habit.recurrence}, first ${habit.due_weekday} ${habit.due_date}`,
  );

  heading("Done");
  const { task: done } = await call("complete_task", { task_id: habit.id });
  const { task: next } = await call("get_task", { task_id: done.next_task_id });
  say(
    `#${done.id} ${done.title} is completed; #${next.id} is next, ${next.due_weekday} ${next.due_date}`,
  );
  for (const task of tasks.slice(0, 2)) await call("complete_task", { task_id: task.id });
  const { tasks: ready } = await call("list_tasks", { ready: true, goal_id: marathon.id });
  say(`Ready now: ${ready.map((task: Answer) => task.title).join(", ")}`);
  const { goal: underWay } = await call("get_goal", { goal_id: marathon.id });
  say(
    `${underWay.title}: ${underWay.progress.percent} % (${underWay.progress.completed} of ${underWay.progress.tasks} tasks)`,
  );

  heading("A mistake, and its undo");
  const mistake = await call("delete_goal", { goal_id: marathon.id });
  say(
    `The assistant deletes "${mistake.goal.title}" with ${mistake.trashed.tasks} tasks (change ${mistake.change_id})`,
  );
  const undone = await call("undo", { last: true });
  expect(undone.undone[0] === mistake.change_id, "undo reversed another change");
  const { goal: back } = await call("get_goal", { goal_id: marathon.id });
  expect(
    JSON.stringify(back.progress) === JSON.stringify(underWay.progress),
    "the goal came back changed",
  );
  say(
    `undo: the goal and its ${back.tasks.length} tasks are back as they were (change ${undone.change_id})`,
  );
}

async function lookAgain(call: Call): Promise<void> {
  heading("A new server on the same store");
  const stats = await call("query_user_stats", {});
  expect(stats.active_goals === 2 && stats.completed_tasks === 3, "the store has lost something");
  say(
    `${stats.active_goals} active goals, ${stats.completed_tasks} completed and ${stats.pending_tasks} pending tasks`,
  );
  const { changes, total } = await call("list_changes", { limit: 1 });
  say(`${total} changes in the journal, the last by ${changes[0].client}: ${changes[0].tool}`);
}

type Call = (tool: string, args: object) => Promise<Answer>;

/** Starts a server as a desktop client does, and closes it again. */
async function withClient(live: (call: Call) => Promise<void>): Promise<void> {
  const transport = new StdioClientTransport({
    command: PROGRAM.command,
    args: [...PROGRAM.args, "serve"],
    env: { ...Deno.env.toObject(), SELFOS_DATA_DIR: directory },
    stderr: "inherit",
  });
  const client = new Client({ name: "walk-through", version: "1" });
  try {
    await client.connect(transport);
    await live(async (tool, args) => {
      const { isError, structuredContent, content } = await client.callTool({
        name: tool,
        arguments: { ...args },
      });
      expect(!isError && structuredContent, `${tool} was refused: ${JSON.stringify(content)}`);
      return { ...structuredContent };
    });
  } finally {
    await client.close();
  }
}

function expect(truth: unknown, otherwise: string): asserts truth {
  if (!truth) throw new Error(otherwise);
}
