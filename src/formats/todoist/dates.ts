import { AppError, quote } from "../../errors.ts";
import { resolveWhen } from "../../life/dates.ts";
import { parseRecurrence } from "../../life/recurrence.ts";

/** When a task is due and how long it takes, and what of that was not understood. */
interface Dates {
  readonly due_date?: string | null;
  readonly recurrence?: string | null;
  readonly estimated_duration?: number | null;
  readonly remark: string;
}

/** Reads the dates of a row. Words that mean nothing to us are kept as words. */
export async function datesIn(
  cells: ReadonlyMap<string, string>,
  note: (text: string) => void,
): Promise<Dates> {
  const cell = (name: string) => cells.get(name)?.trim() ?? "";
  const estimated_duration = minutesIn(cell("duration"), cell("duration_unit"));
  const words = cell("date").replaceAll("every!", "every");
  const deadline = cell("deadline");
  const date = words || deadline;
  const rest = words && deadline ? `Deadline: ${deadline}` : "";
  if (date === "") return { due_date: null, recurrence: null, estimated_duration, remark: rest };
  const rule = ruleIn(date);
  if (rule !== undefined) {
    if (rule.left) note(`of the DATE ${quote(date)}, ${quote(rule.left)} is left out.`);
    return { recurrence: rule.rule, estimated_duration, remark: rest };
  }
  const due_date = withZone(date, cell("timezone"));
  if (await isReadable(due_date)) {
    return { due_date, recurrence: null, estimated_duration, remark: rest };
  }
  note(`the DATE ${quote(date)} is not understood, and kept in the description.`);
  const remark = [`Date: ${date}`, rest].filter(Boolean).join("\n");
  return { due_date: null, recurrence: null, estimated_duration, remark };
}

/** `every monday at 9am` → the rule of every Monday, and that `at 9am` is left. */
function ruleIn(words: string): { rule: string; left: string } | undefined {
  const ending = /\s+((at\s+)?\d{1,2}(:\d{2})?\s*(am|pm)?|(starting|from|until|ending)\s.*)$/i;
  const left = ending.exec(words)?.[1] ?? "";
  for (const [text, rest] of [[words, ""], [words.replace(ending, ""), left]] as const) {
    try {
      return { rule: parseRecurrence(text), left: rest };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return undefined;
}

function withZone(date: string, zone: string): string {
  const isLocal = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$/.test(date);
  return isLocal && /^[A-Z][A-Za-z_]+(\/[A-Za-z_/-]+)?$/.test(zone)
    ? `${date.replace(" ", "T")}[${zone}]`
    : date;
}

async function isReadable(text: string): Promise<boolean> {
  try {
    await resolveWhen(text, { field: "DATE", zone: "UTC", now: new Date(), toward: "future" });
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return false;
  }
}

function minutesIn(duration: string, unit: string): number | null {
  const count = Number(duration);
  if (duration === "" || !Number.isInteger(count) || count < 1) return null;
  return /^day/i.test(unit) ? count * 24 * 60 : count;
}
