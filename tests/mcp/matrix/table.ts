/**
 * Who may do what, written by hand from the contract: a row for every tool, resource, prompt and
 * completion. A tool without a row fails the test.
 *
 * A cell has one sign for each principal, all of them Ada's keys, in the order of {@linkcode WHO}:
 * `+` it is answered, `-` it is denied, `0` nothing is found.
 */
import type { Ids } from "../../household.ts";

export const WHO = ["reader", "writer", "narrow", "admin"] as const;
export type Who = typeof WHO[number];

/** What the narrow key is narrowed to, beside the one life area that Ada calls open. */
export const NARROW = {
  tools: ["list_*", "get_*", "search_*", "query_*", "*_goal", "plan_*"],
  resources: ["selfos://tasks/*", "selfos://memories/*"],
};

/**
 * Whose life a request means: Ada's own, where it is open; Bob's, by his `user_id`; what Bob shares
 * with Ada as editor; what he does not.
 */
export type Whose = "own" | "bob" | "shared" | "stranger";
export type Cells = Partial<Record<Whose, string>>;

interface ToolRow {
  readonly args: (ids: Ids) => Record<string, unknown>;
  readonly cells: Cells;
}

const READ: Cells = { own: "++++", bob: "---+", shared: "++0+", stranger: "0000" };
const READ_ALL: Cells = { own: "++++", bob: "---+" };
/** Of a goal, which the narrow key may use. */
const WRITE_GOAL: Cells = { own: "-+++", bob: "---+", shared: "-+0+", stranger: "-000" };
/** Of a goal that is read, though not by who may only read. */
const PLAN_GOAL: Cells = WRITE_GOAL;
/** Of anything else, which it may not. */
const WRITE: Cells = { own: "-+-+", bob: "---+", shared: "-+-+", stranger: "-0-0" };

/** In the order in which they are called: what is deleted comes last. */
export const TOOLS: Readonly<Record<string, ToolRow>> = {
  list_goals: { args: ({ area }) => ({ life_area_id: area }), cells: READ },
  get_goal: { args: ({ goal }) => ({ goal_id: goal }), cells: READ },
  list_tasks: { args: ({ goal }) => ({ goal_id: goal }), cells: READ },
  get_task: { args: ({ task }) => ({ task_id: task }), cells: READ },
  list_life_areas: { args: () => ({}), cells: READ_ALL },
  list_changes: { args: () => ({}), cells: READ_ALL },
  list_memories: { args: () => ({}), cells: READ_ALL },
  list_proposals: { args: () => ({}), cells: READ_ALL },
  search_memory: { args: () => ({ query: "open or secret" }), cells: READ_ALL },
  catch_up: { args: () => ({}), cells: { own: "++-+", bob: "---+" } },
  query_user_stats: { args: () => ({}), cells: READ_ALL },
  // The narrow key may use no tool of that name.
  analyze_progress: {
    args: ({ goal }) => ({ goal_id: goal }),
    cells: { own: "++-+", bob: "---+", shared: "++-+", stranger: "00-0" },
  },
  plan_day: {
    args: () => ({ date: "2026-11-25" }),
    cells: { own: "-+++", bob: "---+" },
  },
  get_preferences: { args: () => ({}), cells: READ_ALL },
  query_data: { args: () => ({ sql: "select title from tasks" }), cells: READ_ALL },
  // What is read as a whole is not for those who may only look.
  export_user_data: {
    args: () => ({ format: "json" }),
    cells: { own: "-+-+", bob: "---+" },
  },
  backup_user_data: { args: () => ({}), cells: { own: "-+-+", bob: "---+" } },
  // A guest undoes their own changes alone.
  undo: {
    args: ({ change }) => ({ change_id: change }),
    cells: { own: "-+-+", bob: "---+", shared: "-0-0", stranger: "-0-0" },
  },
  update_preferences: { args: () => ({ name: "New" }), cells: { own: "-+-+", bob: "---+" } },
  create_goal: { args: ({ area }) => ({ title: "New", life_area_id: area }), cells: WRITE_GOAL },
  update_goal: { args: ({ goal }) => ({ goal_id: goal, status: "paused" }), cells: WRITE_GOAL },
  decompose_goal: { args: ({ goal }) => ({ goal_id: goal }), cells: PLAN_GOAL },
  // Nobody was given this token.
  apply_plan: {
    args: () => ({ plan_token: "plan_0123456789abcdefghijkl" }),
    cells: { own: "-0-0", bob: "---0" },
  },
  // A guest works in an area, which stays its owner's.
  save_life_area: {
    args: ({ area }) => ({ life_area_id: area, name: `area ${area}` }),
    cells: { own: "-+-+", bob: "---+", shared: "----", stranger: "-0-0" },
  },
  create_task: { args: ({ goal }) => ({ title: "New", goal_id: goal }), cells: WRITE },
  create_tasks: {
    args: ({ goal }) => ({ tasks: [{ title: "New", goal_id: goal }] }),
    cells: WRITE,
  },
  add_memory: { args: ({ goal }) => ({ content: "New", goal_id: goal }), cells: WRITE },
  update_memory: { args: ({ memory }) => ({ memory_id: memory, content: "Newer" }), cells: WRITE },
  forget_memory: { args: ({ memory }) => ({ memory_id: memory }), cells: WRITE },
  update_task: { args: ({ task }) => ({ task_id: task, priority: "high" }), cells: WRITE },
  complete_task: { args: ({ task }) => ({ task_id: task }), cells: WRITE },
  // A subtask that is not shared would go to the trash with it.
  delete_task: {
    args: ({ task }) => ({ task_id: task }),
    cells: { ...WRITE, shared: "----" },
  },
  delete_goal: { args: ({ below }) => ({ goal_id: below }), cells: WRITE_GOAL },
};

interface ReadRow {
  /** The address; `USER` stands for the person meant. */
  readonly uri: (ids: Ids) => string;
  readonly cells: Cells;
}

/** By the form of the address, those of the product and those that only this test offers. */
export const RESOURCES: Readonly<Record<string, ReadRow>> = {
  "selfos://tasks/{task_id}": {
    uri: ({ task }) => `selfos://tasks/${task}`,
    cells: { own: "++++", shared: "++0+", stranger: "0000" },
  },
  "selfos://memories/{memory_id}": {
    uri: ({ memory }) => `selfos://memories/${memory}`,
    cells: { own: "++++", shared: "++0+", stranger: "0000" },
  },
  "selfos://users/{user_id}/today": {
    uri: () => "selfos://users/USER/today",
    cells: { own: "++-+", bob: "---+" },
  },
  "selfos://users/{user_id}/profile": {
    uri: () => "selfos://users/USER/profile",
    cells: { own: "++-+", bob: "---+" },
  },
  "selfos://goals/{goal_id}/context": {
    uri: ({ goal }) => `selfos://goals/${goal}/context`,
    cells: { own: "++-+", shared: "++-+", stranger: "00-0" },
  },
  "selfos://users/{user_id}/daily/{date}": {
    uri: () => "selfos://users/USER/daily/2026-11-25",
    cells: { own: "++-+", bob: "---+" },
  },
  "selfos://users/{user_id}/weekly/{week}": {
    uri: () => "selfos://users/USER/weekly/2026-W47",
    cells: { own: "++-+", bob: "---+" },
  },
  "selfos://schema": { uri: () => "selfos://schema", cells: { own: "++-+" } },
  "selfos://users/{user_id}/titles": {
    uri: () => "selfos://users/USER/titles",
    cells: { own: "++-+", bob: "---+" },
  },
  "selfos://about": { uri: () => "selfos://about", cells: { own: "++-+" } },
};

interface PromptRow {
  readonly args: (ids: Ids) => Record<string, string>;
  readonly cells: Cells;
}

export const PROMPTS: Readonly<Record<string, PromptRow>> = {
  daily_planning: { args: () => ({}), cells: { own: "++-+" } },
  weekly_review: { args: () => ({}), cells: { own: "++-+" } },
  decompose_goal: {
    args: ({ goal }) => ({ goal_id: String(goal) }),
    cells: { own: "++++", shared: "++0+", stranger: "0000" },
  },
  evening_reflection: { args: () => ({}), cells: { own: "++-+" } },
  catch_up: { args: () => ({}), cells: { own: "++-+" } },
  plan_goals: { args: () => ({ goal: "any" }), cells: { own: "++++" } },
  review_goals: { args: () => ({}), cells: { own: "++-+" } },
};

interface CompletionRow {
  readonly cells: string;
  /** What the values are, for each principal. */
  readonly values: Readonly<Record<Who, RegExp>>;
}

const TITLES = /^(ada (open|secret).*|bob open(, below)?)$/;
const ID = /^\d+$/;
const PAST = /^2026-(09|10|11)-\d\d$/;
const WEEK = /^2026-W\d\d$/;
const PERSON = /^(me|ada)$/;

/** Values that are the same for each principal, but that the narrow key has none. */
function alike(values: RegExp): CompletionRow {
  return {
    cells: "++-+",
    values: { reader: values, writer: values, narrow: /^$/, admin: values },
  };
}

/** By prompt or form of an address, and the argument that completes. */
export const COMPLETIONS: Readonly<Record<string, CompletionRow>> = {
  "plan_goals goal": {
    cells: "++++",
    values: { reader: TITLES, writer: TITLES, narrow: /^ada open(, below)?$/, admin: TITLES },
  },
  "review_goals goal": {
    cells: "++-+",
    values: { reader: TITLES, writer: TITLES, narrow: /^$/, admin: TITLES },
  },
  "daily_planning date": alike(/^2026-1[12]-\d\d$/),
  "weekly_review week": alike(WEEK),
  "decompose_goal goal_id": {
    cells: "++++",
    values: { reader: ID, writer: ID, narrow: ID, admin: ID },
  },
  "evening_reflection date": alike(PAST),
  "catch_up since": alike(PAST),
  "selfos://users/{user_id}/today user_id": alike(PERSON),
  "selfos://users/{user_id}/profile user_id": alike(PERSON),
  "selfos://goals/{goal_id}/context goal_id": alike(ID),
  "selfos://users/{user_id}/daily/{date} user_id": alike(PERSON),
  "selfos://users/{user_id}/daily/{date} date": alike(/^2026-\d\d-\d\d$/),
  "selfos://users/{user_id}/weekly/{week} user_id": alike(PERSON),
  "selfos://users/{user_id}/weekly/{week} week": alike(WEEK),
  "selfos://users/{user_id}/titles user_id": {
    cells: "++-+",
    values: { reader: /^ada$/, writer: /^ada$/, narrow: /^$/, admin: /^ada$/ },
  },
  "selfos://tasks/{task_id} task_id": {
    cells: "++++",
    values: { reader: ID, writer: ID, narrow: ID, admin: ID },
  },
  "selfos://memories/{memory_id} memory_id": {
    cells: "++++",
    values: { reader: ID, writer: ID, narrow: ID, admin: ID },
  },
};
