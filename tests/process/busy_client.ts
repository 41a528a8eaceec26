/** A client that keeps several writes in flight and knows what it was promised. */
import type { DatabaseSync } from "node:sqlite";
import type { ServerProcess } from "./server.ts";

interface State {
  readonly title: string;
  readonly description: string | null;
  readonly status: string;
  readonly deleted: boolean;
}

interface Known {
  /** As the last acknowledged write left it. */
  state: State;
  /** As it was before that write. */
  before: State | undefined;
  /** As the write in flight would leave it. */
  pending: State | undefined;
  change_id: number;
}

const BATCH_SIZE = 20;

export class BusyClient {
  /** How many writes were acknowledged. */
  acknowledged = 0;
  readonly #tasks = new Map<number, Known>();
  /** How many tasks of each title there may be. */
  readonly #allowed = new Map<string, readonly number[]>();
  #count = 0;
  #stopping = false;
  #gone = false;

  constructor(private readonly name: string) {}

  /** Writes until it is told to stop; fails when a call is refused. */
  async work(server: ServerProcess, lanes: number): Promise<void> {
    this.#stopping = this.#gone = false;
    await Promise.all(Array.from({ length: lanes }, async () => {
      while (!this.#stopping) {
        try {
          await this.#step(server);
          this.acknowledged++;
        } catch (error) {
          if (!this.#gone) throw error;
        }
      }
    }));
  }

  /** Waits for what is in flight. */
  stop(): void {
    this.#stopping = true;
  }

  /** The server is about to vanish: what is in flight may or may not have happened. */
  expectLoss(): void {
    this.#stopping = this.#gone = true;
  }

  /** Every way in which the store breaks a promise; then takes what is there as the truth. */
  faultsOf(database: DatabaseSync): string[] {
    const rows = readTasks(database);
    const titles = Map.groupBy(
      [...rows.values()].filter(({ title }) => title.startsWith(`${this.name} `)),
      ({ title }) => title.replace(/ #\d+$/, ""),
    );
    const faults: string[] = [];
    for (const title of new Set([...titles.keys(), ...this.#allowed.keys()])) {
      const allowed = this.#allowed.get(title) ?? [];
      const count = titles.get(title)?.length ?? 0;
      if (!allowed.includes(count)) {
        faults.push(`${count} of ${title}, not ${allowed.join(" or ")}`);
      }
    }
    for (const [id, known] of this.#tasks) {
      const row = rows.get(id);
      const allowed = [known.state, ...known.pending ? [known.pending] : []];
      if (!allowed.some((state) => JSON.stringify(state) === JSON.stringify(row))) {
        faults.push(`task ${id} is ${JSON.stringify(row)}, not ${JSON.stringify(allowed)}`);
      }
      if (known.pending) this.#tasks.delete(id);
    }
    return faults;
  }

  async #step(server: ServerProcess): Promise<void> {
    const [id, known] = this.#idleTask();
    const kind = known ? Math.floor(Math.random() * 10) : 0;
    if (!known || kind < 3) return await this.#create(server);
    if (kind === 3) return await this.#createBatch(server);
    if (kind === 4) return await this.#recur(server);
    const { state } = known;
    const number = this.#count++;
    if (kind === 5 && known.before) {
      await this.#change(server, id, known.before, "undo", { change_id: known.change_id });
    } else if (kind === 6) {
      await this.#change(server, id, { ...state, deleted: true }, "delete_task", { task_id: id });
    } else if (kind === 7 && state.status !== "completed") {
      const after = { ...state, status: "completed" };
      await this.#change(server, id, after, "complete_task", { task_id: id });
    } else {
      const description = `${number} `.repeat(200);
      const args = { task_id: id, description, tags: [`t${number}`, "busy"] };
      await this.#change(server, id, { ...state, description }, "update_task", args);
    }
  }

  async #create(server: ServerProcess): Promise<void> {
    const title = `${this.name} single ${this.#count++}`;
    this.#allowed.set(title, [0, 1]);
    const { task, change_id } = await server.call("create_task", { title, tags: ["a", "b"] });
    this.#allowed.set(title, [1]);
    const state = { title, description: null, status: "pending", deleted: false };
    this.#tasks.set(task.id, { state, before: undefined, pending: undefined, change_id });
  }

  async #createBatch(server: ServerProcess): Promise<void> {
    const title = `${this.name} batch ${this.#count++}`;
    this.#allowed.set(title, [0, BATCH_SIZE]);
    const tasks = Array.from({ length: BATCH_SIZE }, (_, index) => ({
      title: `${title} #${index}`,
      ...(index > 0 ? { depends_on: [`#${index}`] } : {}),
    }));
    await server.call("create_tasks", { tasks });
    this.#allowed.set(title, [BATCH_SIZE]);
  }

  async #recur(server: ServerProcess): Promise<void> {
    const title = `${this.name} recurring ${this.#count++}`;
    const due_date = "2030-01-01";
    const args = { title, due_date, recurrence: "FREQ=DAILY", tags: ["daily"] };
    this.#allowed.set(title, [0, 1]);
    const { task } = await server.call("create_task", args);
    this.#allowed.set(title, [1, 2]);
    await server.call("complete_task", { task_id: task.id });
    this.#allowed.set(title, [2]);
  }

  /** One write to a task that no other write of this client touches meanwhile. */
  async #change(server: ServerProcess, id: number, after: State, tool: string, args: object) {
    const known = this.#tasks.get(id);
    if (!known) return;
    known.pending = after;
    const { change_id } = await server.call(tool, args);
    const done = { state: after, before: known.state, pending: undefined, change_id };
    if (tool === "undo" || after.deleted) Object.assign(done, { before: undefined });
    this.#tasks.set(id, done);
  }

  #idleTask(): [number, Known] | [0, undefined] {
    const idle = [...this.#tasks].slice(-50)
      .filter(([, { pending, state }]) => pending === undefined && !state.deleted);
    return idle[Math.floor(Math.random() * idle.length)] ?? [0, undefined];
  }
}

function readTasks(database: DatabaseSync): Map<number, State> {
  const rows = database.prepare("select id, title, description, status, deleted_at from tasks")
    .all();
  return new Map(rows.map((row) => [Number(row["id"]), {
    title: String(row["title"]),
    description: row["description"] === null ? null : String(row["description"]),
    status: String(row["status"]),
    deleted: row["deleted_at"] !== null,
  }]));
}
