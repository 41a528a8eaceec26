import { quote } from "../../errors.ts";
import { readTable, type Row } from "../csv/table.ts";
import type { Input, Problem, Reading, Said } from "../document.ts";
import { uuidOf } from "../uids.ts";
import { datesIn } from "./dates.ts";

/** As Todoist has it in a CSV file: 1 is the most urgent. */
const PRIORITIES: ReadonlyMap<string, string> = new Map([
  ["1", "urgent"],
  ["2", "high"],
  ["3", "medium"],
  ["4", "low"],
]);

/**
 * Projects as Todoist exports and backs them up, one CSV file each: a project is a goal, a section a tag,
 * a comment the end of a description.
 */
export async function readTodoist({ files }: Input): Promise<Reading> {
  const said: Said[] = [];
  const problems: Problem[] = [];
  const notes: string[] = [];
  for (const [path, text] of files) {
    const project = await projectIn(text, path);
    const prefix = files.size === 1 ? "" : `${path} `;
    said.push(...project.said.map((one) => ({ ...one, place: prefix + one.place })));
    problems.push(...project.problems.map((one) => ({ ...one, place: prefix + one.place })));
    notes.push(...project.notes.map((note) => prefix + note));
  }
  return { source: "todoist", said, problems, notes };
}

interface Project {
  readonly said: Said[];
  readonly problems: Problem[];
  readonly notes: string[];
}

/** `Work [2203306141].csv` → `Work`. */
function titleOf(path: string): string {
  const [name = path] = path.split("/").slice(-1);
  return name.replace(/\.csv$/i, "").replace(/\s*\[\w+\]$/, "").trim();
}

async function projectIn(text: string, path: string): Promise<Project> {
  const { columns, rows, problems: bad } = readTable(text);
  const title = titleOf(path);
  const isInbox = /^inbox$/i.test(title);
  const goal = uuidOf(JSON.stringify(["project", title]));
  const said: Said[] = isInbox ? [] : [
    { kind: "goal", place: "line 1", value: { uid: goal, title }, implied: true },
  ];
  const problems = [...bad];
  if (!columns.includes("type") || !columns.includes("content")) {
    const note = "line 1: nothing is read, as it has not both the columns TYPE and CONTENT.";
    return { said: [], problems: [], notes: [note] };
  }
  const notes: string[] = [];
  const above: { indent: number; uid: string }[] = [];
  const counted = new Map<string, number>();
  let section: string | undefined;
  let last: { value: Record<string, unknown> } | undefined;
  for (const row of rows) {
    const { place } = row;
    const cell = (name: string) => row.cells.get(name)?.trim() ?? "";
    const type = cell("type").toLowerCase();
    if (type === "meta" || (type === "" && cell("content") === "")) continue;
    if (type === "section") section = cell("content");
    else if (type === "note" && last) {
      const { description } = last.value;
      last.value["description"] = [description, cell("content")].filter(Boolean).join("\n\n");
    } else if (type === "note") notes.push(`${place}: a comment of no task is left out.`);
    else if (type !== "task") {
      problems.push({
        place,
        message: `TYPE: it is none of task, section, note: got ${quote(type)}`,
      });
    } else {
      const indent = Number(cell("indent") || "1");
      while (above.length > 0 && (above.at(-1)?.indent ?? 0) >= indent) above.pop();
      const parent = above.at(-1)?.uid;
      const says = JSON.stringify([title, section ?? "", parent ?? "", cell("content")]);
      const count = (counted.get(says) ?? 0) + 1;
      counted.set(says, count);
      const uid = uuidOf(JSON.stringify([says, count]));
      above.push({ indent, uid });
      const value = await taskIn(row, section, (note) => notes.push(`${place}: ${note}`));
      last = { value: { uid, ...value, goal: isInbox ? null : goal, parent_task: parent ?? null } };
      said.push({ kind: "task", place, value: last.value });
    }
  }
  return { said, problems, notes };
}

async function taskIn(
  { cells }: Row,
  section: string | undefined,
  note: (text: string) => void,
): Promise<Record<string, unknown>> {
  const cell = (name: string) => cells.get(name)?.trim() ?? "";
  const { title, labels } = labelsIn(cell("content"));
  const given = cell("priority");
  const priority = PRIORITIES.get(given);
  if (given !== "" && priority === undefined) {
    note(`the PRIORITY ${quote(given)} is not known, and left out.`);
  }
  const { remark, ...dates } = await datesIn(cells, note);
  const description = [cell("description"), remark].filter(Boolean).join("\n\n");
  const tags = [...labels, ...(section ? [section] : [])].map((tag) =>
    tag.replace(/\p{Cc}/gu, " ").slice(0, 50)
  );
  return { title, description: description || null, priority, tags, ...dates };
}

/** Labels stand in the title, as `@home`. */
function labelsIn(content: string): { title: string; labels: string[] } {
  const pattern = /(?<=^|\s)@([\p{L}\p{N}_-]+)/gu;
  const labels = [...content.matchAll(pattern)].map((match) => match[1] ?? "");
  const title = content.replace(pattern, "").replace(/\s+/g, " ").trim();
  return title === "" ? { title: content, labels } : { title, labels };
}
