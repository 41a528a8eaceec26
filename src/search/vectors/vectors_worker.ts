/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { messageOf } from "../../errors.ts";
import type { Asked, Reply } from "../on_demand_worker.ts";
import type { SpaceAnswer, SpaceQuestion } from "./spaces.ts";
import { Space } from "./space.ts";

/** The most that all spaces may hold, in bytes; beyond it those that were asked least lately go. */
const MOST_BYTES = 1024 ** 3;
const MOST_SPACES = 64;

/** By name, the one that was asked least lately first. */
const spaces = new Map<string, Space>();

addEventListener("message", ({ data: { id, question } }: MessageEvent<Asked<SpaceQuestion>>) => {
  let reply: Reply<SpaceAnswer>;
  try {
    reply = { id, answer: answerTo(question) };
  } catch (error) {
    reply = { id, error: messageOf(error) };
  }
  postMessage(reply);
});

function answerTo(question: SpaceQuestion): SpaceAnswer {
  const { space: name } = question;
  let space = spaces.get(name);
  spaces.delete(name);
  if (question.kind === "add") {
    if (question.first) space = new Space(question.dims);
    space?.add(question.rows);
  }
  if (space === undefined) return undefined;
  spaces.set(name, space);
  makeRoom();
  if (question.kind === "add") return "added";
  const among = question.among === undefined ? undefined : new Set(question.among);
  return space.nearest(question.query, question.most, among);
}

/** The one that was asked last stays. */
function makeRoom(): void {
  let bytes = [...spaces.values()].reduce((sum, space) => sum + space.bytes, 0);
  for (const [name, space] of spaces) {
    if (spaces.size === 1 || (bytes <= MOST_BYTES && spaces.size <= MOST_SPACES)) return;
    spaces.delete(name);
    bytes -= space.bytes;
  }
}
