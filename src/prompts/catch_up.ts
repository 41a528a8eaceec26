import { z } from "zod";
import type { Prompt } from "../mcp/define.ts";
import { Change } from "../tools/history.ts";
import { pageInfo, type ToolContext } from "../tools/tool.ts";
import { asked, data } from "./content.ts";
import { completeDays, dayMessage, present } from "./person.ts";

/** As many changes are told, the latest. */
const SHOWN = 30;

const Changes = z.object({ changes: z.array(Change), ...pageInfo });

/** Tells the person, and the model, what has happened. */
export const catchUp: Prompt<ToolContext> = {
  name: "catch_up",
  title: "Catch up",
  description:
    "What has changed since yesterday, or another time, by whom, and what is urgent now.",
  arguments: [{
    name: "since",
    description: "A day or time, as YYYY-MM-DD, RFC 3339 or words; yesterday unless told",
    complete: completeDays("past"),
  }],

  async write({ since }, context) {
    const { life, actor } = context;
    const at = await present(context);
    const filter = { since: since?.trim() || "yesterday", limit: SHOWN };
    const { changes, ...info } = await life.history.list(actor, filter);
    return [
      asked(
        `Catch me up on what has happened since ${info.resolved?.["since"]}.`,
        "1. Tell me in at most six sentences what changed, and by which client, people and goals by " +
          "name; leave out what was undone. Then what is overdue or due today.",
        "2. Say what looks odd: many changes at once, deletions, dates that moved twice. undo with a " +
          "change_id takes one back, if I say so.",
        "3. End with the one thing I should look at first.",
        "The first data are the journal, newest first, the second my day. list_changes shows more of " +
          "the journal; catch_up, where you have it, tells what you have not seen yet.",
      ),
      data(Changes, { changes, ...info }, { use: "list_changes" }),
      await dayMessage(at, context, at.day),
    ];
  },
};
