import { type RawBuilder, sql } from "kysely";

/**
 * The statements that keep an index of the terms of a table: FTS5 as a mere index, as terms are made, and
 * hits are ranked, alike on every store.
 */
export function indexTerms(table: string): string[] {
  const index = `${table}_terms`;
  const add = `insert into ${index} (rowid, terms) values (new.id, new.terms);`;
  const remove =
    `insert into ${index} (${index}, rowid, terms) values ('delete', old.id, old.terms);`;
  return [
    `create virtual table ${index} using fts5 (
      terms, content = '${table}', content_rowid = 'id', detail = none,
      tokenize = "ascii tokenchars '._-:'"
    )`,
    `create trigger ${index}_insert after insert on ${table} begin ${add} end`,
    `create trigger ${index}_delete after delete on ${table} begin ${remove} end`,
    `create trigger ${index}_update after update of terms on ${table}
      when old.terms <> new.terms begin ${remove} ${add} end`,
    // What the index does not know cannot be removed from it.
    `insert into ${index} (${index}) values ('rebuild')`,
  ];
}

/** The ids of the rows that have a term, or of the latest of them. */
export function idsWithTerm(
  table: string,
  term: string,
  latest?: number,
): RawBuilder<{ id: number }> {
  const index = `${table}_terms`;
  const limit = latest === undefined ? sql`` : sql`order by rowid desc limit ${latest}`;
  return sql<{ id: number }>`(
    select rowid as id from ${sql.table(index)} where ${
    sql.ref(index)
  } match ${`"${term}"`} ${limit})`;
}
