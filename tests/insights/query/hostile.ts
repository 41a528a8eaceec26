/** Statements that people should not send, and how each of them ends. */
export interface Hostile {
  readonly sql: string;
  /** The refusal; absent, the statement is answered, with nothing in it that is not the person's own. */
  readonly says?: RegExp;
}

const ACTS = /it does more than read/;
const FOLLOWS = /something follows after its end/;
const STOPPED = /it was stopped after 2 s/;
const SYNTAX = /syntax error|incomplete input|unrecognized token/;
const LONG = /more than 100000 bytes/;
const FORBIDDEN = /is prohibited|no such table/;
const deep = (many: number, text: string) => Array.from({ length: many }, () => text).join("");
const list = (many: number, of: (at: number) => string) =>
  Array.from({ length: many }, (_, at) => of(at)).join(", ");

/** What writes, or reaches for what is not in the copy. */
export const ACTING: readonly Hostile[] = [
  "insert into goals (title) values ('x')",
  "insert into tasks select * from tasks",
  "update tasks set title = 'x'",
  "delete from tasks",
  "replace into life_areas (id, name) values (1, 'x')",
  "with x as (select 1) delete from tasks where id in x",
  "with x as (select 1) insert into goals (title) select 'x' from x returning title",
  "create table x (a)",
  "create temp table x as select * from tasks",
  "create view x as select * from tasks",
  "create trigger x after insert on tasks begin select 1; end",
  "create index x on tasks (title)",
  "create virtual table x using fts5 (a)",
  "drop table tasks",
  "alter table tasks rename to x",
  "reindex",
  "analyze",
  "vacuum",
  "vacuum into '/tmp/selfos-stolen.db'",
  "attach 'file:/etc/passwd?mode=ro' as x",
  "attach ':memory:' as x",
  "detach main",
  "pragma query_only = 0",
  "pragma table_info (tasks)",
  "pragma hard_heap_limit = 0",
  "pragma temp_store_directory = '/tmp'",
  "pragma writable_schema = 1",
  "begin",
  "begin exclusive",
  "commit",
  "rollback",
  "savepoint x",
  "explain insert into goals (title) values ('x')",
  "explain query plan delete from tasks",
].map((sql) => ({ sql, says: ACTS }));

export const REACHING: readonly Hostile[] = [
  { sql: "select load_extension('/tmp/x.so')", says: /no such function/ },
  { sql: "select readfile('/etc/passwd')", says: /no such function/ },
  { sql: "select writefile('/tmp/selfos-stolen', 'x')", says: /no such function/ },
  { sql: "select edit('x', 'sh')", says: /no such function/ },
  { sql: "select fts3_tokenizer('simple')", says: /no such function|fts3/ },
  { sql: "select * from users", says: /no such table: users/ },
  { sql: "select * from main.api_keys", says: /no such table/ },
  { sql: "select user_id from tasks", says: /no such column: user_id/ },
  { sql: "select words, digest, terms, embedded from memories", says: /no such column/ },
  { sql: "select * from changes", says: /no such table/ },
  { sql: "select * from other.tasks", says: /no such table|unknown database/ },
  { sql: "select * from sqlite_dbpage", says: FORBIDDEN },
  { sql: "select * from dbstat", says: FORBIDDEN },
  { sql: "select * from sqlite_stmt", says: FORBIDDEN },
  { sql: "select * from bytecode('select 1')", says: FORBIDDEN },
  { sql: "select * from pragma_database_list", says: FORBIDDEN },
  { sql: "select * from pragma_table_info('tasks')", says: FORBIDDEN },
  { sql: "select * from pragma_hard_heap_limit(1)", says: /prohibited|too many arguments/ },
  { sql: "select * from sqlite_schema" },
  { sql: "select * from sqlite_temp_schema", says: FORBIDDEN },
  { sql: "select * from tasks, goals, memories, life_areas, task_tags, me" },
  { sql: "select * from tasks where owner = 'bob' or 1 = 1 -- and owner is null" },
  { sql: "select title from tasks union all select content from memories" },
  { sql: "select group_concat(title) from tasks" },
  { sql: "select json_group_array(content) from memories" },
  { sql: "explain query plan select * from tasks" },
  { sql: "explain select * from tasks" },
  { sql: "select sqlite_version(), sqlite_source_id(), last_insert_rowid(), total_changes()" },
];

/** What is no statement, or more than one. */
export const MALFORMED: readonly Hostile[] = [
  { sql: "select 1; select 2", says: FOLLOWS },
  { sql: "select 1; delete from tasks", says: FOLLOWS },
  { sql: "select 1; /* ; */ drop table tasks -- x", says: FOLLOWS },
  { sql: "select 1;;select 2", says: FOLLOWS },
  { sql: "select 1; nonsense", says: FOLLOWS },
  { sql: "select 1 /* ; delete from tasks */ ; -- ; delete from tasks" },
  { sql: "select '; delete from tasks'" },
  { sql: ";", says: /there is none in the text/ },
  { sql: "-- nothing", says: /there is none in the text/ },
  { sql: "/* nothing", says: /there is none in the text/ },
  { sql: "How many tasks have I done?", says: SYNTAX },
  { sql: "select * from", says: SYNTAX },
  { sql: "select 'unended", says: SYNTAX },
  { sql: "select ?", says: /it has parameters/ },
  { sql: "select :name, @name, $name", says: /it has parameters/ },
  { sql: "select nothing_of_this_name()", says: /no such function/ },
  { sql: 'select "a\u202Eb"', says: /no such column/ },
  { sql: "select 1\0; drop table tasks", says: /contains a NUL character/ },
  { sql: "select '\uD800'", says: /contains half a surrogate pair/ },
  { sql: `select '${"x".repeat(10_000)}'`, says: /sql must have at most 10000 characters/ },
];

/** What would take more memory or depth than there is; none of it takes long. */
export const LARGE: readonly Hostile[] = [
  { sql: "select randomblob(1000000000)", says: LONG },
  { sql: "select zeroblob(1000000000)", says: LONG },
  { sql: "select length(zeroblob(2000000000))", says: LONG },
  { sql: "select printf('%.*c', 1000000000, 'x')", says: LONG },
  { sql: "select printf('%1000000000d', 1)", says: LONG },
  { sql: "select hex(zeroblob(90000))", says: LONG },
  { sql: "select replace(hex(zeroblob(40000)), '0', 'xxxxxxxxxx')", says: LONG },
  {
    sql:
      "with recursive r (x) as (select 'ab' union all select x || x from r) select max(x) from r",
    says: LONG,
  },
  {
    sql: `with recursive r (x) as (select 1 union all select x + 1 from r limit 200000)
      select group_concat(x) from r`,
    says: LONG,
  },
  {
    sql: `select ${"(".repeat(3000)}1${")".repeat(3000)}`,
    says: /too (deep|large)|Recursion limit/,
  },
  { sql: `select ${deep(1500, "- ")}1`, says: /too (deep|large)|Recursion limit/ },
  { sql: `select 1${deep(1500, " + 1")}`, says: /Expression tree is too large/ },
  { sql: `select ${list(200, (at) => `${at}`)}`, says: /too many columns/ },
  { sql: `select 1${deep(200, " union select 1")}`, says: /too many terms/ },
  { sql: `select max(${list(200, (at) => `${at}`)})`, says: /too many arguments/ },
  { sql: `select 1 from ${list(70, (at) => `tasks t${at}`)}`, says: /at most 64 tables/ },
  { sql: `select 'x' like '${"%a".repeat(300)}'`, says: /too complex/ },
  { sql: `select json('${"[".repeat(3000)}${"]".repeat(3000)}')`, says: /malformed JSON/ },
  {
    sql: `with ${
      list(40, (at) => `x${at + 1} as (select 1 from x${at}, x${at})`)
        .replace("x1 as (select 1 from x0, x0)", "x0 as (select 1), x1 as (select 1 from x0, x0)")
    }
      select count(*) from x40`,
    says: /nested too deep/,
  },
];

/** What never ends; each takes as long as a statement may. */
export const ENDLESS: readonly Hostile[] = [
  {
    sql: "with recursive r (x) as (select 1 union all select x + 1 from r) select count(*) from r",
    says: STOPPED,
  },
  {
    sql: `with recursive r (x) as (select 1 union all select x + 1 from r limit 3000)
      select count(*) from r a, r b, r c where a.x * b.x + c.x = 0`,
    says: STOPPED,
  },
  {
    sql: `with recursive r (x) as (select 1 union select x + 1 from r)
      select * from r where x < 0 order by x`,
    says: /it was stopped|more memory/,
  },
  {
    sql: `with recursive r (x) as (select 1 union all select x + 1 from r)
      select sum(instr(printf('%.*c', 40000, 'a'), printf('%.*c', 20000, 'a') || x)) from r`,
    says: STOPPED,
  },
];
