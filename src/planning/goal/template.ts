import { shorten } from "../../errors.ts";
import { addDays, eachDay } from "../../life/dates.ts";
import type { DraftTask, PlanWindow } from "./plan.ts";

/** In a title of a task; in characters. */
const LONGEST_NAME = 80;

/**
 * Tasks that fit every goal, for who has no better ones: what done means, a first step, milestones, a look
 * back while there is time to change course, and the end.
 */
export function templateTasks(title: string, window: PlanWindow): DraftTask[] {
  const name = `“${shorten(title, LONGEST_NAME)}”`;
  const days = eachDay(window).length - 1;
  const at = (share: number) => addDays(window.from, Math.round(days * share));
  const within = (most: number) => addDays(window.from, Math.min(most, Math.round(days / 10)));
  const milestones = days < 7 ? 1 : days < 28 ? 2 : 3;
  const tasks: Omit<DraftTask, "order" | "depends_on">[] = [
    {
      title: `Write down how it looks when ${name} is reached`,
      description:
        "Two or three sentences that others could check: what is there then that is not now.",
      estimated_duration: 20,
      due_date: at(0),
    },
    {
      title: `Take a first small step towards ${name}`,
      description: "Something that takes half an hour at most and needs nobody else.",
      estimated_duration: 30,
      due_date: within(1),
    },
    {
      title: `List what stands between here and ${name}`,
      description: "Steps, people to ask, things to get; put what everything else waits for first.",
      estimated_duration: 45,
      due_date: within(3),
    },
    ...Array.from({ length: milestones }, (_, index) => ({
      title: `Reach milestone ${index + 1} of ${milestones} of ${name}`,
      description: "Replace it by the steps from the list that belong to this part.",
      estimated_duration: 120,
      due_date: at(0.1 + 0.7 * (index + 1) / milestones),
    })),
    {
      title: `Review ${name}: what is left, and is there time for it`,
      description: "Drop, move or shorten what does not fit any more.",
      estimated_duration: 30,
      due_date: at(0.85),
    },
    {
      title: `Finish ${name} and note what was learned`,
      description: null,
      estimated_duration: 60,
      due_date: at(1),
    },
  ];
  return tasks.map((task, index) => ({
    ...task,
    order: index + 1,
    depends_on: index === 0 ? [] : [index],
  }));
}
