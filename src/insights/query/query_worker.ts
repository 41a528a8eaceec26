/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { messageOf } from "../../errors.ts";
import { Copy, TooLarge } from "./engine/copy.ts";
import { openSqlite } from "./engine/sqlite.ts";
import { runStatement } from "./engine/statement.ts";
import type { Question, Reply } from "./messages.ts";

const opening = openSqlite();
let copy: Copy | undefined;

addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  let reply: Reply;
  try {
    reply = await replyTo(data);
  } catch (error) {
    reply = error instanceof TooLarge
      ? { kind: "failed", why: error.message, advice: error.advice }
      : { kind: "failed", why: messageOf(error) };
  }
  postMessage(reply);
});

async function replyTo(question: Question): Promise<Reply> {
  const sqlite = await opening;
  if (question.kind === "open") {
    copy = new Copy(sqlite, question);
    return { kind: "done" };
  }
  if (copy === undefined) throw new Error("it was asked before it was opened");
  if (question.kind === "load") {
    copy.load(question.rows);
    return { kind: "done" };
  }
  copy.turnTo(question.today);
  return { kind: "answered", answer: runStatement(sqlite, copy.db, question.sql, question.limit) };
}
