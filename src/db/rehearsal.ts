import type { Database, Tx } from "./db.ts";

/** The store, but every write is taken back once it has answered. */
export function rehearsing(db: Database): Database {
  return {
    read: db.read,
    write: (user_id, work) => takenBack(db, user_id, work),
    erase: async (user_id, work) => ({ answer: await takenBack(db, user_id, work), traces: null }),
    writeAtLength: ([user_id = ""], work) => takenBack(db, user_id, work),
    snapshot: (work) => db.snapshot(work),
    ids: db.ids,
    insertAll: (tx, rows) => db.insertAll(tx, rows),
    whileUnchanged: (key, read) => db.whileUnchanged(key, read),
    answers: db.answers,
    idsWithTerm: (table, term, latest) => db.idsWithTerm(table, term, latest),
    textIn: (column, field) => db.textIn(column, field),
    packed: (values) => db.packed(values),
    hexOf: (texts) => db.hexOf(texts),
    migrate: () => db.migrate(),
    applied: () => db.applied(),
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

async function takenBack<T>(
  db: Database,
  user_id: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  let done: { readonly answer: T } | undefined;
  const end = new Error("the rehearsal is over");
  try {
    await db.write(user_id, async (tx) => {
      done = { answer: await work(tx) };
      throw end;
    });
  } catch (error) {
    if (error !== end) throw error;
  }
  if (done === undefined) throw new Error("a write ended without its work");
  return done.answer;
}
