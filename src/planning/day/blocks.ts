import type { When } from "../../life/dates.ts";
import type { Candidate } from "./candidates.ts";
import { momentAt, type Span } from "./hours.ts";
import { type Asked, reasonFor } from "./order.ts";

/** A stretch of the day for a task, or for a part of it. */
export interface Block {
  task_id: number;
  title: string;
  starts: When;
  ends: When;
  minutes: number;
  /** Minutes, as the person thinks, of the whole task. */
  estimated_duration: number | null;
  why: string;
}

/** What is done when, the earliest first. */
export function blocksOf(
  tasks: readonly Candidate[],
  placed: ReadonlyMap<number, readonly Span[]>,
  asked: Asked,
  zone: string,
): Block[] {
  const done = tasks.filter(({ id }) => placed.has(id));
  const neededFor = new Map<number, number>();
  for (const { id, waits_for } of done.toReversed()) {
    for (const first of waits_for) neededFor.set(first, id);
  }
  const blocks = done.flatMap((task) => {
    const { id: task_id, title, estimated_duration, waits_for } = task;
    const spans = placed.get(task_id) ?? [];
    const later = neededFor.get(task_id);
    const reasons = [
      ...reasonFor(task, asked),
      ...waits_for.map((id) => `after #${id}`),
      ...(later === undefined ? [] : [`#${later} waits for it`]),
    ];
    return spans.map(({ from, to }, part) => ({
      from,
      block: {
        ...{ task_id, title, starts: momentAt(from, zone), ends: momentAt(to, zone) },
        ...{ minutes: to - from, estimated_duration },
        why: [...reasons, ...(spans.length > 1 ? [`part ${part + 1} of ${spans.length}`] : [])]
          .join(", "),
      },
    }));
  });
  return blocks.sort((a, b) => a.from - b.from).map(({ block }) => block);
}
