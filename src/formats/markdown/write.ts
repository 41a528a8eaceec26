import type { Document, Items } from "../document.ts";
import { uuidOf } from "../uids.ts";
import { indexOf } from "./folder.ts";
import { fileName, inline, mark, quoted } from "./text.ts";

const BOXES = { pending: " ", in_progress: "/", completed: "x", cancelled: "-" } as const;

/** The titles of what is referred to, by name. */
type Titles = ReadonlyMap<string, string>;

/**
 * A document as a folder: a file for each goal with its tasks, one for tasks without a goal, for
 * memories and for life areas, and an index. It claims everything but the profile, when items were made,
 * and how memories came here.
 */
export function writeMarkdown(document: Document): ReadonlyMap<string, string> {
  const { life_areas, goals, tasks, memories } = document;
  const titles = new Map([
    ...life_areas.map(({ uid, name }) => [uid, name] as const),
    ...[...goals, ...tasks].map(({ uid, title }) => [uid, title] as const),
    ...memories.map(({ uid, content }) =>
      [uid, content.split("\n", 1).join("").slice(0, 60)] as const
    ),
  ]);
  const goalFiles = goals.map((goal) => {
    const own = tasks.filter((task) => task.goal === goal.uid);
    const path = `goals/${fileName(goal.title, uuidOf(goal.uid).slice(0, 8))}`;
    return { path, title: goal.title, text: goalFile(goal, own, titles) };
  }).sort((a, b) => (a.path < b.path ? -1 : 1));
  const others = [
    { path: "life-areas.md", title: "Life areas", text: areasFile(life_areas) },
    { path: "memories.md", title: "Memories", text: memoriesFile(memories, titles) },
    {
      path: "tasks.md",
      title: "Tasks without a goal",
      text: `# Tasks without a goal\n${
        tasks.filter(({ goal }) => !goal).map((task) => taskBlock(task, titles)).join("")
      }`,
    },
  ];
  const files = [...goalFiles, ...others];
  return new Map([
    ["README.md", indexOf(files)],
    ...files.map(({ path, text }) => [path, text] as const),
  ]);
}

function goalFile(goal: Items["goal"], tasks: readonly Items["task"][], titles: Titles): string {
  const { uid, title, updated_at, description } = goal;
  return [
    `# ${inline(title)} ${mark(uid, updated_at)}\n\n`,
    field("", "Status", goal.status),
    field("", "Target", goal.target_date),
    link("", "Life area", goal.life_area, titles),
    link("", "Part of", goal.parent_goal, titles),
    field("", "Completed", goal.completed_at),
    description ? `\n${quoted(description)}` : "",
    "\n## Tasks\n",
    ...tasks.map((task) => taskBlock(task, titles)),
  ].join("");
}

function taskBlock(task: Items["task"], titles: Titles): string {
  const { uid, title, status = "pending", updated_at, description, tags = [] } = task;
  const indent = "  ";
  return [
    `\n- [${BOXES[status]}] ${inline(title)} ${mark(uid, updated_at)}\n`,
    field(indent, "Due", task.due_date),
    field(indent, "Priority", task.priority === "medium" ? undefined : task.priority),
    ...tags.map((tag) => field(indent, "Tag", tag)),
    field(indent, "Repeats", task.recurrence),
    field(indent, "Since", task.recurrence_start),
    field(indent, "Occurrence", task.occurrence_date),
    field(indent, "Estimated minutes", task.estimated_duration),
    field(indent, "Actual minutes", task.actual_duration),
    field(indent, "Completed", task.completed_at),
    link(indent, "Part of", task.parent_task, titles),
    ...(task.depends_on ?? []).toSorted().map((other) => link(indent, "Waits for", other, titles)),
    link(indent, "Next", task.next_task, titles),
    description ? quoted(description, indent) : "",
  ].join("");
}

function areasFile(areas: readonly Items["life_area"][]): string {
  const blocks = areas.map(({ uid, name, updated_at, weight, color, description, ...area }) =>
    [
      `\n## ${inline(name)} ${mark(uid, updated_at)}\n\n`,
      field("", "Weight", weight),
      field("", "Color", color),
      field("", "Private", area.private ? "yes" : "no"),
      description ? `\n${quoted(description)}` : "",
    ].join("")
  );
  return `# Life areas\n${blocks.join("")}`;
}

function memoriesFile(memories: readonly Items["memory"][], titles: Titles): string {
  const blocks = memories.map((memory) =>
    [
      `\n## ${inline(memory.memory_type ?? "note")} ${mark(memory.uid, memory.updated_at)}\n\n`,
      field("", "Occurred", memory.occurred_at),
      link("", "About goal", memory.goal, titles),
      link("", "About task", memory.task, titles),
      link("", "Replaced by", memory.superseded_by, titles),
      field("", "Metadata", memory.metadata && JSON.stringify(memory.metadata)),
      quoted(memory.content),
    ].join("")
  );
  return `# Memories\n${blocks.join("")}`;
}

function field(indent: string, name: string, value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  return `${indent}- ${name}: ${inline(String(value))}\n`;
}

function link(
  indent: string,
  name: string,
  uid: string | null | undefined,
  titles: Titles,
): string {
  return uid ? `${indent}- ${name}: ${inline(titles.get(uid) ?? "")} ${mark(uid)}\n` : "";
}
