/**
 * Databases of a PostgreSQL for tests. To make one takes longer than most tests: those that are migrated
 * are emptied and used again, also by the tests of other files.
 */
import postgres, { type Sql } from "postgres";
import { readConfig } from "../../src/config.ts";
import { openApp } from "../../src/app.ts";

/** A database of its own, as long as a test needs it. */
export interface TestDatabase {
  readonly url: string;
  remove(): Promise<void>;
}

export async function newDatabase(server: string): Promise<TestDatabase> {
  const name = newName();
  await administer(server, (sql) => sql.unsafe(`create database ${name}`));
  return { url: `${server}/${name}`, remove: () => drop(server, name) };
}

/** A database with the schema, and nothing in it but what every store begins with. */
export async function migratedDatabase(server: string): Promise<TestDatabase> {
  const name = await takeFree(server) ?? await copyTemplate(server);
  const url = `${server}/${name}`;
  return {
    url,
    async remove() {
      known ??= await administer(
        server,
        async (sql) => (await sql<Beginning[]>`select * from beginning`)[0],
      );
      if (known && await reset(url, known)) {
        await administer(server, (sql) => sql`insert into free_databases values (${name})`);
      } else {
        await drop(server, name);
      }
    },
  };
}

/** What a migrated database begins with. */
interface Beginning {
  readonly print: string;
  /** Statements that fill it. */
  readonly filling: string;
}

let known: Beginning | undefined;

const TEMPLATE = "template_migrated";
const UNFINISHED = "template_unfinished";
const MISSING = new Set(["3D000", "42P01"]);

async function takeFree(server: string): Promise<string | undefined> {
  const rows = await administer(server, (sql) =>
    sql<{ name: string }[]>`
      delete from free_databases where name = (
        select name from free_databases limit 1 for update skip locked) returning name`)
    .catch(unlessMissing);
  return rows?.[0]?.name;
}

async function copyTemplate(server: string): Promise<string> {
  const name = newName();
  const copy = () =>
    administer(server, async (sql) => {
      await sql.unsafe(`create database ${name} template ${TEMPLATE} strategy file_copy`);
      return true;
    });
  if (await copy().catch(unlessMissing)) return name;
  await makeTemplate(server);
  await copy();
  return name;
}

/** Other processes copy nothing that is not whole yet, and make none beside. */
async function makeTemplate(server: string): Promise<void> {
  await administer(server, async (sql) => {
    await sql`select pg_advisory_lock(hashtext(${TEMPLATE}))`;
    const made = await sql`select 1 from pg_database where datname = ${TEMPLATE}`;
    if (made.length > 0) return;
    await sql.unsafe(`drop database if exists ${UNFINISHED} with (force)`);
    await sql.unsafe(`create database ${UNFINISHED}`);
    const beginning = await beginningOf(`${server}/${UNFINISHED}`);
    await sql`create table if not exists free_databases (name text primary key)`;
    await sql`create table if not exists beginning (print text, filling text)`;
    await sql`insert into beginning ${sql(beginning)}`;
    await sql.unsafe(`alter database ${UNFINISHED} rename to ${TEMPLATE}`);
  });
}

/** Brings the schema to an empty database. */
async function beginningOf(url: string): Promise<Beginning> {
  const around = { env: { HOME: "/" }, os: Deno.build.os, cwd: Deno.cwd(), terminal: false };
  const config = readConfig({ "database-url": url }, around);
  await (await openApp(config, { migrate: true }))[Symbol.asyncDispose]();
  return await withSql(url, async (sql) => ({
    print: await printOf(sql),
    filling: (await Promise.all((await tablesOf(sql)).map((table) => fillingOf(sql, table))))
      .concat(await sequencesOf(sql)).join(";\n"),
  }));
}

/** Whether the database is again as it began; one whose schema was changed is not. */
async function reset(url: string, { print, filling }: Beginning): Promise<boolean> {
  return await withSql(url, async (sql) => {
    if (await printOf(sql) !== print) return false;
    const empty = (await tablesOf(sql)).map((table) => `delete from ${table}`);
    const steps = ["set session_replication_role = replica", ...empty, filling];
    await sql.unsafe(steps.join(";\n"));
    return true;
  });
}

async function tablesOf(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'kysely%'
    order by relname`;
  return rows.map(({ name }) => name);
}

/** Equal where the schema is the same. */
async function printOf(sql: Sql): Promise<string> {
  const [row] = await sql<{ print: string }[]>`
    select md5(string_agg(concat_ws(' ', c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull),
      ',' order by c.relname, a.attnum)) as print
    from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = 'public'::regnamespace`;
  return row?.print ?? "";
}

async function fillingOf(sql: Sql, table: string): Promise<string> {
  const columns = await sql<{ name: string }[]>`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER'`;
  const names = columns.map(({ name }) => `"${name}"`).join(", ");
  const [row] = await sql.unsafe(`select json_agg(t) as rows from ${table} t`);
  const rows = JSON.stringify(row?.["rows"] ?? []).replaceAll("'", "''");
  return `insert into ${table} (${names}) overriding system value
    select ${names} from json_populate_recordset(null::${table}, '${rows}')`;
}

async function sequencesOf(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string; last: string | null }[]>`
    select sequencename as name, last_value as last from pg_sequences`;
  return rows.map(({ name, last }) => `select setval('${name}', ${last ?? 1}, ${last !== null})`);
}

/** Also ends the connections of a server that a test has killed. */
async function drop(server: string, name: string): Promise<void> {
  await administer(server, (sql) => sql.unsafe(`drop database ${name} with (force)`));
}

function newName(): string {
  return `test_${crypto.randomUUID().replaceAll("-", "")}`;
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof postgres.PostgresError && MISSING.has(error.code)) return undefined;
  throw error;
}

async function administer<T>(server: string, work: (sql: Sql) => PromiseLike<T>): Promise<T> {
  return await withSql(`${server}/postgres`, work);
}

async function withSql<T>(url: string, work: (sql: Sql) => PromiseLike<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
