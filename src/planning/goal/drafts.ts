import { z } from "zod";
import { quote } from "../../errors.ts";
import { isSeen, onOneLine } from "../../insights/one_line.ts";
import { fold } from "../../life/terms.ts";
import { valuesIn } from "./answer.ts";
import { firstFirst } from "./order.ts";
import type { DraftTask } from "./plan.ts";

/** As many tasks has one plan. */
export const MOST_TASKS = 50;

/** Longer answers are not looked at; in characters. */
const LONGEST_ANSWER = 200_000;

/** The form of a plan, as every model is told it; one that is strict takes no other keywords. */
export const PLAN_SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["tasks", "target_date"],
  properties: {
    target_date: {
      type: ["string", "null"],
      description: "YYYY-MM-DD: by when the goal is to be reached, where the person says that",
    },
    tasks: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: [
          ...["order", "title", "description", "estimated_duration", "depends_on", "due_date"],
        ],
        properties: {
          order: { type: "integer", description: "From 1, in the order of doing" },
          title: { type: "string", description: "Begins with a verb" },
          description: { type: ["string", "null"], description: "When it is done" },
          estimated_duration: { type: ["integer", "null"], description: "Minutes" },
          depends_on: {
            type: "array",
            items: { type: "integer" },
            description: "Orders of the tasks that must be done before",
          },
          due_date: { type: ["string", "null"], description: "YYYY-MM-DD" },
        },
      },
    },
  },
};

/** Tasks that hold together, or what is wrong with them, in words for whoever wrote them. */
export type Read =
  | {
    readonly drafts: readonly DraftTask[];
    /** By when the goal is to be reached, as far as that is said. */
    readonly target_date: string | null;
  }
  | { readonly wrong: string };

/** What a model answered: JSON, also in a code fence, after what it thought, and between its words. */
export function readAnswer(text: string): Read {
  if (text.length > LONGEST_ANSWER) {
    return { wrong: `the answer has more than ${LONGEST_ANSWER} characters` };
  }
  let wrong: string | undefined;
  for (const given of valuesIn(text)) {
    const read = readTasks(given);
    if ("drafts" in read) return read;
    wrong ??= read.wrong;
  }
  return { wrong: wrong ?? "the answer is no JSON" };
}

/** Tasks in the form of the schema, alone or as `tasks`; what else they say is left out. */
export function readTasks(given: unknown): Read {
  const { data, error } = Tasks.safeParse(Array.isArray(given) ? { tasks: given } : given);
  if (error) return { wrong: error.issues.slice(0, 3).map(complaintOf).join("; ") };
  const ordered = data.tasks.filter(({ order }) => typeof order === "number").length;
  if (ordered > 0 && ordered < data.tasks.length) {
    return {
      wrong: "some tasks have an order and others none: give it to all of them, or to none",
    };
  }
  const drafts = data.tasks.map(({ order, ...task }, index) => ({
    ...task,
    order: order ?? index + 1,
  }));
  const wrong = faultOf(drafts);
  return wrong === undefined ? { drafts, target_date: data.target_date } : { wrong };
}

const Text = z.string().refine(
  (text) => text.isWellFormed() && !text.includes("\0"),
  "has characters that are no text",
);

const Task = z.object({
  order: z.int().min(1).max(1000).nullish(),
  title: Text.transform(onOneLine).pipe(
    z.string().min(1).max(500).refine(isSeen, "has no letter that is seen"),
  ),
  description: Text.max(5000).nullish().transform((text) => text?.trim() || null),
  estimated_duration: z.int().min(1).max(100_000).nullish().transform((minutes) => minutes ?? null),
  depends_on: z.array(z.int()).max(MOST_TASKS).nullish().transform((orders) => [
    ...new Set(orders ?? []),
  ]),
  due_date: Text.max(100).nullish().transform((text) => text?.trim() || null),
});

const Tasks = z.object({
  target_date: z.string().max(100).nullish().catch(null).transform((text) => text?.trim() || null),
  tasks: z.array(Task).min(1).max(MOST_TASKS),
});

function complaintOf({ path, message }: z.core.$ZodIssue): string {
  return `${path.join(".") || "the whole"}: ${message}`;
}

/** What zod cannot see: whether tasks name each other, and can be done one after another. */
function faultOf(tasks: readonly DraftTask[]): string | undefined {
  const orders = new Set<number>();
  const titles = new Set<string>();
  for (const { order, title } of tasks) {
    if (orders.has(order)) return `two tasks have the order ${order}`;
    orders.add(order);
    const folded = fold(title);
    if (titles.has(folded)) return `two tasks have the title ${quote(title)}`;
    titles.add(folded);
  }
  for (const { order, depends_on } of tasks) {
    const unknown = depends_on.find((other) => !orders.has(other));
    if (unknown !== undefined) return `task ${order} depends on ${unknown}, which is no task`;
  }
  return firstFirst(tasks) === undefined ? "the tasks depend on each other in a circle" : undefined;
}
