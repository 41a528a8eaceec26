import type { Due } from "./due.ts";
import type { News, NewsOfOthers } from "./news.ts";
import type { Some } from "./shown.ts";
import { textOf } from "./text.ts";

/** What there is to tell. */
export interface Everything extends Lists {
  readonly since: string;
  readonly first_visit: boolean;
  readonly repeated: boolean;
  readonly undone: number;
  readonly older: number;
  readonly withheld?: number;
}

interface Lists {
  readonly overdue: Some<Due>;
  readonly due_today: Some<Due>;
  readonly completed: Some<NewsOfOthers>;
  readonly changes: Some<NewsOfOthers>;
  readonly memories: Some<NewsOfOthers>;
  readonly own: Some<News>;
}

export type Section = keyof Lists;
export type Totals = Readonly<Record<Section, number>>;

/** What is told within a budget. */
export interface CatchUp {
  /** Local time with its offset, to the minute. */
  since: string;
  /** No earlier visit is known. */
  first_visit?: true;
  /** Tells again what was told some minutes ago, and what came since. */
  repeated?: true;
  overdue?: Due[];
  due_today?: Due[];
  completed?: NewsOfOthers[];
  changes?: NewsOfOthers[];
  memories?: NewsOfOthers[];
  own?: News[];
  /** How many there are, listed or left out. */
  totals?: Totals;
  /** How many changes were undone since they were made. */
  undone?: number;
  /** How many of each are not listed; `older` changes were not looked at. */
  left_out: Partial<Record<Section | "older", number>>;
  /** Goals, tasks and memories that are left out, as the caller is narrowed to some life areas. */
  withheld?: number;
}

/** What stays longest comes first. */
const ORDER: readonly Section[] = [
  "overdue",
  "due_today",
  "changes",
  "completed",
  "memories",
  "own",
];

/** So many of each list come before any list has more; at last, all. */
const ROUNDS = [5, 20, Infinity];

/** No line costs less. */
const LEAST_TOKENS = 10;

/** How many lines at most a budget has room for. */
export function mostLines(budget: number): number {
  return Math.ceil(budget / LEAST_TOKENS);
}

/**
 * As much as the budget has room for, always the beginning of the same order of lines, so that a larger
 * budget never tells less. Where not even the names of the lists fit, what was left out of each is
 * all that is told.
 *
 * @param budget in tokens, of the whole answer, whether it is read as JSON or as text
 */
export function fitting(everything: Everything, budget: number): CatchUp {
  const order = orderOf(everything).slice(0, mostLines(budget));
  let [most, tooMany] = [-1, order.length + 1];
  while (tooMany - most > 1) {
    const lines = Math.floor((most + tooMany) / 2);
    if (costOf(told(everything, order.slice(0, lines))) <= budget) most = lines;
    else tooMany = lines;
  }
  return most === -1 ? bare(everything) : told(everything, order.slice(0, most));
}

/** What an answer costs a model that reads it, in tokens. */
export function costOf(answer: CatchUp): number {
  return Math.max(tokensIn(JSON.stringify(answer)), tokensIn(textOf(answer)));
}

/** An estimate on the safe side: one for every four ASCII characters, and one for any other. */
export function tokensIn(text: string): number {
  const ascii = text.replaceAll(/[^\0-\x7f]+/g, "");
  const others = text.replaceAll(/[\0-\x7f]+/g, "");
  return Math.ceil(ascii.length / 4) + [...others].length;
}

/** The list of every line, in the order in which they are told. */
function orderOf(lists: Lists): Section[] {
  let told = 0;
  return ROUNDS.flatMap((most) => {
    const from = told;
    told = most;
    return ORDER.flatMap((section) => lists[section].lines.slice(from, most).map(() => section));
  });
}

function told(everything: Everything, order: readonly Section[]): CatchUp {
  const { overdue, due_today, completed, changes, memories, own } = everything;
  const listed = (section: Section) => order.filter((one) => one === section).length;
  return {
    ...headOf(everything),
    overdue: overdue.lines.slice(0, listed("overdue")),
    due_today: due_today.lines.slice(0, listed("due_today")),
    completed: completed.lines.slice(0, listed("completed")),
    changes: changes.lines.slice(0, listed("changes")),
    memories: memories.lines.slice(0, listed("memories")),
    own: own.lines.slice(0, listed("own")),
    totals: {
      ...{ overdue: overdue.count, due_today: due_today.count, completed: completed.count },
      ...{ changes: changes.count, memories: memories.count, own: own.count },
    },
    ...footOf(everything, listed),
  };
}

function bare(everything: Everything): CatchUp {
  return { ...headOf(everything), ...footOf(everything, () => 0) };
}

function headOf(
  { since, first_visit, repeated }: Everything,
): Pick<CatchUp, "since" | "first_visit" | "repeated"> {
  if (first_visit) return { since, first_visit: true };
  return repeated ? { since, repeated: true } : { since };
}

function footOf(
  everything: Everything,
  listed: (section: Section) => number,
): Pick<CatchUp, "undone" | "left_out" | "withheld"> {
  const { older, undone, withheld } = everything;
  const counts = new Map<string, number>([
    ...ORDER.map((section) => [section, everything[section].count - listed(section)] as const),
    ["older", older],
  ]);
  return {
    ...(undone > 0 ? { undone } : {}),
    left_out: Object.fromEntries([...counts].filter(([, count]) => count > 0)),
    ...(withheld === undefined ? {} : { withheld }),
  };
}
