import { z } from "zod";
import { GOAL_STATUSES } from "../life/goals/goal.ts";
import { PRIORITIES, TASK_STATUSES } from "../life/tasks/task.ts";

/**
 * A life, or a part of one, outside any store: what every format is made from and read into.
 *
 * Items are named by a `uid` that lasts from store to store, and refer to each other by it. What a
 * format says nothing of is absent from its items; `null` is said.
 */
const Uid = z.string().min(1).max(1000);
const Link = Uid.nullable().optional();
const Text = z.string().max(20_000).nullable().optional();
const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const When = z.string().trim().min(1).max(100).nullable().optional();
const Minutes = z.int().min(1).max(100_000).nullable().optional();
const Tag = z.string().trim().toLowerCase().min(1).max(50)
  .refine((tag) => !/\p{Cc}/u.test(tag), "it has a control character");

const LONGEST_METADATA = 100_000;

/** What all items have. */
const item = {
  uid: Uid,
  created_at: Instant.optional(),
  updated_at: Instant.optional(),
  /** Where it was imported from before, and what it is called there. */
  origins: z.array(z.strictObject({ source: z.string().min(1).max(50), id: Uid })).max(20)
    .optional(),
};

export const Profile = z.strictObject({
  name: z.string().max(200).nullable(),
  email: z.string().max(320).nullable(),
  time_zone: z.string().max(100),
  week_start: z.int().min(1).max(7),
  work_start: z.string().regex(/^\d\d:\d\d$/),
  work_end: z.string().regex(/^\d\d:\d\d$/),
  work_days: z.string().regex(/^[1-7](,[1-7])*$/),
});
export type Profile = z.output<typeof Profile>;

export const SCHEMAS = {
  life_area: z.strictObject({
    ...item,
    name: z.string().trim().min(1).max(100),
    weight: z.number().min(0).max(100).optional(),
    color: z.string().max(30).nullable().optional(),
    description: Text,
    private: z.boolean().optional(),
  }),
  goal: z.strictObject({
    ...item,
    title: z.string().trim().min(1).max(500),
    description: Text,
    status: z.enum(GOAL_STATUSES).optional(),
    target_date: When,
    life_area: Link,
    parent_goal: Link,
    completed_at: Instant.nullable().optional(),
  }),
  task: z.strictObject({
    ...item,
    title: z.string().trim().min(1).max(500),
    description: Text,
    status: z.enum(TASK_STATUSES).optional(),
    priority: z.enum(PRIORITIES).optional(),
    due_date: When,
    estimated_duration: Minutes,
    actual_duration: Minutes,
    completed_at: Instant.nullable().optional(),
    recurrence: z.string().trim().min(1).max(300).nullable().optional(),
    recurrence_start: When,
    occurrence_date: When,
    tags: z.array(Tag).max(20).optional(),
    goal: Link,
    parent_task: Link,
    depends_on: z.array(Uid).max(1000).optional(),
    next_task: Link,
  }),
  memory: z.strictObject({
    ...item,
    content: z.string().trim().min(1).max(100_000),
    memory_type: z.string().trim().toLowerCase().min(1).max(50).optional(),
    metadata: z.record(z.string().max(100), z.unknown()).refine(
      (metadata) => JSON.stringify(metadata).length <= LONGEST_METADATA,
      `it is longer than ${LONGEST_METADATA} characters of JSON`,
    ).nullable().optional(),
    occurred_at: When,
    goal: Link,
    task: Link,
    superseded_by: Link,
    source: z.string().max(100).optional(),
    client: z.string().max(200).optional(),
  }),
};

/** How a memory came to be, as a file says. */
export const Claims = SCHEMAS.memory.pick({ source: true, client: true });
export type Claims = z.output<typeof Claims>;

/** What a life is made of, in the order in which it is told: nothing refers to a kind that comes later. */
export const KINDS = ["life_area", "goal", "task", "memory"] as const;
export type Kind = typeof KINDS[number];

/** Under which name a document has the items of each kind. */
export const LISTS = {
  life_area: "life_areas",
  goal: "goals",
  task: "tasks",
  memory: "memories",
} as const satisfies Record<Kind, string>;

export interface Items {
  life_area: z.output<typeof SCHEMAS.life_area>;
  goal: z.output<typeof SCHEMAS.goal>;
  task: z.output<typeof SCHEMAS.task>;
  memory: z.output<typeof SCHEMAS.memory>;
}

/** Everything that is exported. */
export interface Document {
  readonly profile?: Profile | undefined;
  readonly life_areas: readonly Items["life_area"][];
  readonly goals: readonly Items["goal"][];
  readonly tasks: readonly Items["task"][];
  readonly memories: readonly Items["memory"][];
}

/** Something that a file says, as it was read, and where; checked when it is imported. */
export interface Said {
  readonly kind: Kind;
  /** As a person finds it again: `line 12`, or `tasks[3]`. */
  readonly place: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Only named by others in the file: one that is here already by this title will do. */
  readonly implied?: true;
}

/** What cannot be imported, and why. */
export interface Problem {
  readonly place: string;
  readonly message: string;
}

/** How many rows these are of, each counted once. */
export function rowsOf(...told: readonly (readonly { readonly place: string }[])[]): number {
  return new Set(told.flat().map(({ place }) => place)).size;
}

/** What a file was read as. */
export interface Reading {
  /** The names of its items are those that exports give, or those of this format. */
  readonly source: string;
  readonly profile?: unknown;
  readonly said: readonly Said[];
  readonly problems: readonly Problem[];
  /** What was left out or taken for something else, in sentences. */
  readonly notes: readonly string[];
  /** Links to what is not in the file are left out. */
  readonly partial?: true;
  /** Absent where the format says values as they are. */
  readonly sayable?: Sayable;
}

/** What a format can say of the value of a column: values of which it says the same it cannot tell apart. */
export type Sayable = (column: string, value: unknown) => unknown;

/** Of formats in which an empty description is none. */
export const unlessEmpty: Sayable = (column, value) =>
  column === "description" && value === "" ? null : value;

/** The source of what an export of a SelfOS names. */
export const OWN = "selfos";

/** What a file, or a folder of them, holds. */
export interface Input {
  /** Without the folders above it. */
  readonly name: string;
  /** By their paths within the folder; a single file by its name. */
  readonly files: ReadonlyMap<string, string>;
  readonly isFolder: boolean;
  /** What of a folder is not read, and why, in sentences. */
  readonly leftOut: readonly string[];
  /** Files of a folder that are no text. */
  readonly unreadable: readonly Problem[];
}
