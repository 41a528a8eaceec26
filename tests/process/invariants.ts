/** What must hold in every store, whatever happened to the processes that wrote it. */
import { DatabaseSync } from "node:sqlite";

type Row = Record<string, unknown>;

const TABLES = { user: "users", life_area: "life_areas", goal: "goals", task: "tasks" } as const;
const DERIVED = ["closed", "target_sort", "due_sort", "words", "embedded"];

/** Works on the store beside the processes that use it. */
export function withStore<T>(dataDir: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(`${dataDir}/selfos.db`);
  try {
    database.exec("pragma busy_timeout = 10000");
    return work(database);
  } finally {
    database.close();
  }
}

/** Every way in which the store contradicts itself; none in a sound one. */
export function faultsOf(dataDir: string): string[] {
  const checks = [integrity, journalAgainstRows, chains, changes, completions, replays];
  return withStore(dataDir, (database) => {
    database.exec("begin");
    return checks.flatMap((check) => check(database));
  });
}

function integrity(database: DatabaseSync): string[] {
  const check = rows(database, "pragma integrity_check").map((row) =>
    String(row["integrity_check"])
  );
  const keys = rows(database, "pragma foreign_key_check").map((row) => JSON.stringify(row));
  return [...check.filter((line) => line !== "ok"), ...keys.map((key) => `foreign key: ${key}`)];
}

/** For every entity, the last image in the journal is the row with its tags and dependencies. */
function journalAgainstRows(database: DatabaseSync): string[] {
  const images = new Map<string, string>();
  const items = `select entity, entity_id, "after" from change_items order by change_id, seq`;
  for (const { entity, entity_id, after } of rows(database, items)) {
    images.set(`${entity} ${entity_id}`, canonical(JSON.parse(String(after))));
  }
  const stored = new Map<string, string>();
  for (const [entity, table] of Object.entries(TABLES)) {
    for (const row of rows(database, `select * from ${table}`)) {
      const links = entity === "task" ? linksOf(database, row["id"]) : {};
      stored.set(`${entity} ${row["id"]}`, canonical({ ...withoutDerived(row), ...links }));
    }
  }
  return [...new Set([...images.keys(), ...stored.keys()])]
    .filter((key) => images.get(key) !== stored.get(key))
    .map((key) => `${key}: journal ${images.get(key)}, row ${stored.get(key)}`);
}

/** Every image before a change is the image after the change before it. */
function chains(database: DatabaseSync): string[] {
  const faults: string[] = [];
  const last = new Map<string, string>();
  for (const row of rows(database, "select * from change_items order by change_id, seq")) {
    const key = `${row["entity"]} ${row["entity_id"]}`;
    const before = row["before"] === null
      ? undefined
      : canonical(JSON.parse(String(row["before"])));
    if (before !== last.get(key)) {
      faults.push(`${key}: change ${row["change_id"]} has a gap before it`);
    }
    last.set(key, canonical(JSON.parse(String(row["after"]))));
  }
  return faults;
}

function changes(database: DatabaseSync): string[] {
  const empty = rows(
    database,
    `select id from changes where tool <> 'undo'
       and not exists (select 1 from change_items where change_id = changes.id)`,
  );
  const orphans = rows(
    database,
    `select distinct change_id as id from change_items
       where not exists (select 1 from changes where id = change_items.change_id)`,
  );
  const undone = rows(
    database,
    `select id from changes where undone_by is not null
       and not exists (select 1 from changes u where u.id = changes.undone_by and u.tool = 'undo')`,
  );
  return [
    ...empty.map(({ id }) => `change ${id} has no items`),
    ...orphans.map(({ id }) => `items of change ${id} have no change`),
    ...undone.map(({ id }) => `change ${id} is undone by nothing`),
  ];
}

/** Completing an occurrence and creating the next is one step. */
function completions(database: DatabaseSync): string[] {
  const halves = `select id from tasks where recurrence = 'FREQ=DAILY'
    and (status = 'completed') <> (next_task_id is not null)`;
  return rows(database, halves).map(({ id }) => `task ${id} is completed by half`);
}

function replays(database: DatabaseSync): string[] {
  const missing = `select change_id as id from replays
    where not exists (select 1 from changes where id = replays.change_id)`;
  return rows(database, missing).map(({ id }) => `a stored result names change ${id}`);
}

function linksOf(database: DatabaseSync, id: unknown): Row {
  const tags = rows(database, "select tag from task_tags where task_id = ? order by tag", id);
  const depends_on = rows(
    database,
    "select depends_on_id from task_dependencies where task_id = ? order by depends_on_id",
    id,
  );
  return {
    tags: tags.map(({ tag }) => tag),
    depends_on: depends_on.map(({ depends_on_id }) => depends_on_id),
  };
}

function withoutDerived(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !DERIVED.includes(name)));
}

function canonical(record: Row): string {
  return JSON.stringify(Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1));
}

function rows(database: DatabaseSync, sql: string, ...values: unknown[]): Row[] {
  return database.prepare(sql).all(...values as string[]) as Row[];
}
