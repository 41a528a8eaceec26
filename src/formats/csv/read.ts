import { AppError, quote } from "../../errors.ts";
import { OWN, type Reading, type Said, unlessEmpty } from "../document.ts";
import { numberIn, priorityIn, statusIn } from "../foreign.ts";
import { uuidOf } from "../uids.ts";
import { parted, textIn } from "./cells.ts";
import { readTable, type Row } from "./table.ts";
import { COLUMN_NAMES } from "./write.ts";

const LISTS: readonly string[] = ["tags", "depends_on"];
const NUMBERS: readonly string[] = ["estimated_duration", "actual_duration"];

/**
 * A table of tasks, with the columns that exports have, or some of them.
 *
 * @throws AppError `invalid_input` when it has no titles
 */
export function readCsv(text: string): Reading {
  const { columns, rows, problems } = readTable(text);
  if (!columns.includes("title")) {
    throw new AppError(
      "invalid_input",
      `Cannot import the file as CSV as it has no column "title": got ${quote(columns.join(","))}`,
      `name the columns in its first line as some of ${COLUMN_NAMES.join(", ")}`,
    );
  }
  const unknown = columns.filter((name) => !COLUMN_NAMES.includes(name));
  const names = unknown.map((name) => name || "(without a name)").join(", ");
  const notes = unknown.length > 0 ? [`Unknown columns are left out: ${names}.`] : [];
  const goals = new Map<string, Said>();
  const tasks: Said[] = [];
  const counted = new Map<string, number>();
  for (const row of rows) {
    const title = textIn(row.cells.get("title") ?? "");
    const count = (counted.get(title) ?? 0) + 1;
    counted.set(title, count);
    const uid = row.cells.get("uid") || uuidOf(JSON.stringify([title, count]));
    const goal = goalOf(row);
    if (goal) goals.set(goal.uid, { kind: "goal", place: row.place, value: goal, implied: true });
    const value = {
      uid,
      ...valuesOf(row, notes),
      ...(goal === undefined ? {} : { goal: goal?.uid ?? null }),
    };
    tasks.push({ kind: "task", place: row.place, value });
  }
  const source = columns.includes("uid") ? OWN : "csv";
  const said = [...goals.values(), ...tasks];
  return { source, said, problems, notes, sayable: unlessEmpty };
}

/** The goal that a task names, `null` for none; absent where there is no column for it. */
function goalOf({ cells }: Row): { uid: string; title: string } | null | undefined {
  const uid = cells.get("goal_uid");
  const title = cells.get("goal");
  if (uid === undefined && title === undefined) return undefined;
  if (!title && !uid) return null;
  const named = textIn(title || uid || "");
  return { uid: uid || uuidOf(JSON.stringify(["goal", named])), title: named };
}

function valuesOf({ cells, place }: Row, notes: string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, cell] of cells) {
    if (!COLUMN_NAMES.includes(name) || ["uid", "goal", "goal_uid"].includes(name)) continue;
    const text = textIn(cell);
    if (name === "status" || name === "priority") {
      const known = name === "status" ? statusIn(text) : priorityIn(text);
      if (known) values[name] = known;
      else if (text) notes.push(`${place}: the ${name} ${quote(text)} is not known, and left out.`);
    } else if (LISTS.includes(name)) values[name] = parted(text);
    else if (NUMBERS.includes(name)) values[name] = text === "" ? null : numberIn(text);
    else if (text !== "") values[name] = text;
    else if (!/_at$/.test(name) || name === "completed_at") values[name] = null;
  }
  return values;
}
