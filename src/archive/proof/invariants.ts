import type { DatabaseSync } from "node:sqlite";
import { same } from "../../life/fields.ts";
import { ARCHIVED, type ArchivedName, type ArchivedTable } from "../format/tables.ts";

/** After it, a store could give no more. */
const MOST_ID = 1e12;

/** More faults than so many are not told. */
const MOST = 5;

const TABLES: Readonly<Record<string, string>> = {
  user: "users",
  life_area: "life_areas",
  goal: "goals",
  task: "tasks",
  memory: "memories",
};

const JSON_COLUMNS: Readonly<Partial<Record<ArchivedName, readonly string[]>>> = {
  change_items: ["before", "after"],
  origins: ["imported"],
  proposals: ["arguments", "areas", "items", "glimpse"],
};

/** In what the lives of a store contradict themselves; nothing in sound ones. */
export function faultsOf(database: DatabaseSync, owners: readonly string[] | null): string[] {
  const faults: string[] = [];
  const checks = [people(database, owners), references(database), items(database), texts(database)];
  for (const check of [...checks, journal(database)]) {
    for (const fault of check) {
      if (faults.push(fault) >= MOST) return faults;
    }
  }
  return faults;
}

/** Everything belongs to somebody who is there, and in the archive of some people to them. */
function* people(database: DatabaseSync, owners: readonly string[] | null): Generator<string> {
  const known = database.prepare("select id from users").all().map(({ id }) => String(id));
  if (owners !== null && new Set(known).symmetricDifference(new Set(owners)).size > 0) {
    yield `it is said to be of ${owners.join(", ")}, and has ${known.join(", ") || "nobody"}`;
  }
  for (const { name, owner } of ARCHIVED) {
    const table: Pick<ArchivedTable, "owner"> = { owner };
    const { column, of, and } = table.owner;
    for (const whose of of === undefined ? [column, ...(and ? [and] : [])] : []) {
      const found = database.prepare(
        `select ${whose} as id from ${name} where ${whose} not in (select id from users) limit 1`,
      ).get();
      if (found) yield `${name} have rows of ${found["id"]}, who is not there`;
    }
  }
}

/** Every id is that of a row, and of the same person's. */
function* references(database: DatabaseSync): Generator<string> {
  for (const table of ARCHIVED) {
    for (const [column, target] of Object.entries(table.references ?? {})) {
      const found = database.prepare(
        `select r.${column} as id from ${table.name} r left join ${target} t on t.id = r.${column}
         where r.${column} is not null and (t.id is null ${otherOwner(table)}) limit 1`,
      ).get();
      if (found) yield `${table.name} name ${target} ${found["id"]}, which are not there`;
    }
  }
}

function otherOwner({ owner: { column, of } }: ArchivedTable): string {
  if (of === undefined) return "or t.user_id <> r.user_id";
  return `or t.user_id <> (select o.user_id from ${of} o where o.id = r.${column})`;
}

/** Tables that have something of items, each with whose it is. */
const PLACED = ["vectors", "origins", "births"] as const;

/** Changes, vectors, origins and births are of what is there, and of the same person's. */
function* items(database: DatabaseSync): Generator<string> {
  for (const [entity, table] of Object.entries(TABLES)) {
    const owner = entity === "user" ? "id" : "user_id";
    const id = entity === "user" ? "i.entity_id" : "cast(i.entity_id as integer)";
    const changed = database.prepare(
      `select i.entity_id as id from change_items i join changes c on c.id = i.change_id
       left join ${table} t on t.id = ${id} where i.entity = ? and t.${owner} is not c.user_id limit 1`,
    ).get(entity);
    if (changed) yield `changes are of ${entity} ${changed["id"]}, which is not there`;
    for (const name of PLACED) {
      const placed = database.prepare(
        `select i.entity_id as id from ${name} i left join ${table} t on t.id = i.entity_id
         where i.entity = ? and t.${owner} is not i.user_id limit 1`,
      ).get(entity);
      if (placed) yield `${name} are of ${entity} ${placed["id"]}, which is not there`;
    }
  }
  const numbered = ARCHIVED.filter((table: ArchivedTable) => table.numbered !== undefined)
    .map(({ name }) => [name, "id"]);
  for (const [name, id] of [...numbered, ["births", "born_id"]]) {
    const odd = database.prepare(
      `select ${id} as id from ${name} where ${id} < 1 or ${id} > ${MOST_ID} limit 1`,
    ).get();
    if (odd) yield `${name} have the id ${odd["id"]}, which no store gives`;
  }
  const known = Object.keys(TABLES).map((entity) => `'${entity}'`).join(", ");
  const named = ["change_items", ...PLACED].map((name) => `select entity from ${name}`);
  const odd = database.prepare(
    `select entity from (${named.join(" union all ")}) where entity not in (${known}) limit 1`,
  ).get();
  if (odd) yield `nobody knows what ${odd["entity"]} is`;
}

/** What is read as JSON is JSON. */
function* texts(database: DatabaseSync): Generator<string> {
  for (const [table, columns] of Object.entries(JSON_COLUMNS)) {
    for (const column of columns) {
      const found = database.prepare(`select 1 from ${table}
        where "${column}" is not null and not json_valid("${column}") limit 1`).get();
      if (found) yield `${table} have a ${column} that is no JSON`;
    }
  }
}

/** The last image of a record in the journal is the record as it stands. */
function* journal(database: DatabaseSync): Generator<string> {
  for (const [entity, table] of Object.entries(TABLES)) {
    for (const row of standing(database, entity, table)) {
      if (row["last_image"] === null) continue;
      if (entity === "task") {
        row["tags"] = listIn(row["tags"]).sort();
        row["depends_on"] = listIn(row["depends_on"]);
      }
      // Columns that are younger than the image are not in it.
      const other = Object.entries(imageIn(row["last_image"]))
        .find(([name, value]) => !same(row[name], value));
      if (other) yield `the ${other[0]} of ${entity} ${row["id"]} is not that of the journal`;
    }
  }
}

/** The rows of a table with their last images; in pages, as long results take long to begin. */
function* standing(
  database: DatabaseSync,
  entity: string,
  table: string,
): Generator<Record<string, unknown>> {
  const lists = entity !== "task" ? "" : `,
    (select json_group_array(tag) from task_tags where task_id = r.id) as tags,
    (select json_group_array(depends_on_id) from (select depends_on_id from task_dependencies
      where task_id = r.id order by depends_on_id)) as depends_on`;
  const page = database.prepare(`select r.*${lists}, (select "after" from change_items
      where entity = '${entity}' and entity_id = cast(r.id as text)
      order by change_id desc, seq desc limit 1) as last_image
    from ${table} r where id > ? order by id limit 500`);
  for (let last: string | number = table === "users" ? "" : 0;;) {
    const rows = page.all(last);
    yield* rows;
    const id = rows.at(-1)?.["id"];
    if (typeof id !== "string" && typeof id !== "number") return;
    last = id;
  }
}

function listIn(text: unknown): unknown[] {
  return text === "[]" ? [] : JSON.parse(String(text));
}

function imageIn(text: unknown): object {
  try {
    return Object(JSON.parse(String(text)));
  } catch {
    return { journal: "unreadable" };
  }
}
