import type { Block } from "./blocks.ts";
import { numberIn, priorityIn } from "../foreign.ts";

/** The fields that items have. */
export const FIELD_NAMES = [
  ...["Status", "Target", "Life area", "Part of", "Completed", "Due", "Priority", "Tag", "Repeats"],
  ...["Since", "Occurrence", "Estimated minutes", "Actual minutes", "Waits for", "Next"],
  ...["Weight", "Color", "Private", "Occurred", "About goal", "About task", "Replaced by"],
  "Metadata",
];

const BOXES: ReadonlyMap<string, string> = new Map([
  [" ", "pending"],
  ["/", "in_progress"],
  ["x", "completed"],
  ["X", "completed"],
  ["-", "cancelled"],
]);

type Value = Record<string, unknown>;

export function goalIn(block: Block, { uid, area }: { uid: string; area: string | null }): Value {
  const { text, link } = reading(block);
  return {
    ...{ uid, updated_at: block.updated_at, title: block.text, description: block.body },
    status: text("Status") ?? "active",
    target_date: text("Target"),
    life_area: area,
    parent_goal: link("Part of"),
    completed_at: text("Completed"),
  };
}

export function taskIn(
  block: Block,
  { uid, goal, parent }: { uid: string; goal: string | null; parent: string | undefined },
): Value {
  const { text, texts, link, links, number } = reading(block);
  const priority = text("Priority");
  return {
    ...{ uid, updated_at: block.updated_at, title: block.text, description: block.body, goal },
    status: BOXES.get(block.box) ?? `[${block.box}]`,
    due_date: text("Due"),
    priority: priority === null ? "medium" : priorityIn(priority) ?? priority,
    tags: texts("Tag"),
    recurrence: text("Repeats"),
    ...(text("Repeats") === null ? {} : {
      recurrence_start: text("Since"),
      occurrence_date: text("Occurrence"),
    }),
    estimated_duration: number("Estimated minutes"),
    actual_duration: number("Actual minutes"),
    completed_at: text("Completed") ?? undefined,
    parent_task: link("Part of") ?? parent ?? null,
    depends_on: links("Waits for"),
    next_task: link("Next"),
  };
}

export function areaIn(block: Block, uid: string): Value {
  const { text, number } = reading(block);
  return {
    ...{ uid, updated_at: block.updated_at, name: block.text, description: block.body },
    weight: number("Weight") ?? undefined,
    color: text("Color"),
    private: text("Private") === "yes",
  };
}

export function memoryIn(block: Block, uid: string): Value {
  const { text, link } = reading(block);
  const metadata = text("Metadata");
  return {
    ...{ uid, updated_at: block.updated_at, memory_type: block.text, content: block.body ?? "" },
    occurred_at: text("Occurred"),
    goal: link("About goal"),
    task: link("About task"),
    superseded_by: link("Replaced by"),
    metadata: metadata === null ? null : parsed(metadata),
  };
}

function reading({ fields }: Block) {
  const named = (name: string) => fields.filter((field) => field.name === name);
  const texts = (name: string) => named(name).map(({ text }) => text);
  const links = (name: string) =>
    named(name).map(({ uid }) => uid).filter((uid) => uid !== undefined);
  return {
    texts,
    links,
    text: (name: string): string | null => texts(name)[0] ?? null,
    link: (name: string): string | null => links(name)[0] ?? null,
    number: (name: string): number | string | null => {
      const [text] = texts(name);
      return text === undefined ? null : numberIn(text);
    },
  };
}

/** What is no JSON is refused where it is checked. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
