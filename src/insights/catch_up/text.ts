import { weekdayOf } from "../../life/dates.ts";
import type { Due } from "./due.ts";
import type { CatchUp } from "./fit.ts";
import type { News, NewsOfOthers } from "./news.ts";

/** The readable twin of an answer. */
export function textOf(answer: CatchUp): string {
  const { overdue = [], due_today = [], completed = [], changes = [], memories = [] } = answer;
  const blocks = [
    ...introduction(answer),
    ...block("Overdue", overdue.map(dueLine)),
    ...block("Due today", due_today.map(dueLine)),
    ...block("Completed", completed.map(lineOfOthers)),
    ...block("Changed", changes.map(lineOfOthers)),
    ...block("New memories", memories.map(lineOfOthers)),
    ...block("By this client", (answer.own ?? []).map(line)),
    ...remarks(answer),
  ];
  return blocks.join("\n");
}

function introduction({ since, first_visit, repeated, ...rest }: CatchUp): string[] {
  const from = `${weekdayOf(since)} ${since.slice(0, 10)} ${since.slice(11, 16)}`;
  const why = first_visit ? " (the first visit)" : repeated ? " (told again)" : " (the last visit)";
  const isNews = Object.values(rest.totals ?? { unknown: 1 }).some((count) => count > 0) ||
    rest.left_out.older !== undefined;
  return [`Since ${from}${why}:${isNews ? "" : " nothing changed, and nothing is due."}`];
}

function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `- ${line}`)];
}

function dueLine({ id, title, due_date }: Due): string {
  return `#${id} ${title} · due ${due_date.slice(0, 16).replace("T", " ")}`;
}

function lineOfOthers(news: NewsOfOthers): string {
  const { by, tool, at } = news;
  return `${line(news)} · ${by} · ${tool} · ${at.slice(0, 16).replace("T", " ")}`;
}

function line({ entity, id, title, what }: News): string {
  const item = id === undefined ? title : `#${id} ${title}`;
  return `${entity.replace("_", " ")} ${item}: ${what}`;
}

const NAMES: readonly (readonly [keyof CatchUp["left_out"], string])[] = [
  ["overdue", "overdue"],
  ["due_today", "due today"],
  ["completed", "completed"],
  ["changes", "changed"],
  ["memories", "memories"],
  ["own", "own"],
  ["older", "older"],
];

function remarks({ undone, left_out, withheld }: CatchUp): string[] {
  const left = NAMES.flatMap(([section, name]) => {
    const count = left_out[section];
    return count === undefined ? [] : [`${count} ${name}`];
  });
  return [
    ...(undone ? [`Undone: ${undone}.`] : []),
    ...(left.length > 0 ? [`Not listed: ${left.join(", ")}.`] : []),
    ...(withheld ? [`Withheld: ${withheld}.`] : []),
  ];
}
