import { DatabaseSync } from "node:sqlite";

/** Where the embedded store keeps everything. */
const FILE = "selfos.db";

/**
 * Brings the tasks of a store to this number by copying those it has, with their tags and journal.
 *
 * Rows are copied whole, so that what is derived in them stays right. No server may have it open.
 */
export function fill(directory: string, tasks: number): void {
  const db = new DatabaseSync(`${directory}/${FILE}`);
  const numberOf = (query: string) => Number(Object.values(db.prepare(query).get() ?? {})[0]);
  const had = numberOf("select count(*) from tasks");
  const step = { task: numberOf("select max(id) from tasks"), change: 0 };
  step.change = numberOf("select max(id) from changes");
  const copies = Math.ceil(tasks / had) - 1;
  const copy = (table: string, renumbered: Record<string, string>, where = "true") => {
    const columns = db.prepare(`select name from pragma_table_info(?)`).all(table)
      .map(({ name }) => `"${name}"`);
    const values = columns.map((column) => renumbered[column] ?? column);
    db.exec(`
      with recursive copy (number) as (
        select 1 union all select number + 1 from copy where number < ${copies}
      )
      insert into ${table} (${columns}) select ${values} from ${table}, copy where ${where}`);
  };
  const task = (column: string) => `${column} + number * ${step.task}`;
  const change = (column: string) => `${column} + number * ${step.change}`;
  db.exec("begin");
  copy("tasks", { '"id"': task("id") });
  copy("task_tags", { '"task_id"': task("task_id") });
  copy("changes", { '"id"': change("id") }, "tool = 'create_task'");
  copy("change_items", {
    '"change_id"': change("change_id"),
    '"entity_id"': `cast(${task("entity_id")} as text)`,
    '"after"': `json_set("after", '$.id', ${task("entity_id")})`,
  }, "entity = 'task'");
  db.exec("commit");
  db.exec("pragma wal_checkpoint(truncate)");
  const has = numberOf("select count(*) from tasks");
  db.close();
  if (has < tasks) throw new Error(`Cannot fill ${directory}: it has ${has} of ${tasks} tasks`);
}
