import { testRefusals } from "./refusals.ts";

const MEGABYTE = "x".repeat(1_000_000);

testRefusals([
  { tool: "create_goal", when: "the title is missing", args: {}, says: /title is missing/ },
  {
    tool: "create_goal",
    when: "the title is null",
    args: { title: null },
    says: /title must be string: got null/,
  },
  {
    tool: "create_goal",
    when: "the title is a number",
    args: { title: 5 },
    says: /title must be string: got 5/,
  },
  {
    tool: "create_goal",
    when: "the title is empty",
    args: { title: "" },
    says: /title must have at least 1 characters/,
  },
  {
    tool: "create_goal",
    when: "the title is blank",
    args: { title: " \n\t " },
    says: /title must have at least 1/,
  },
  {
    tool: "create_goal",
    when: "the title has 501 characters",
    args: { title: "x".repeat(501) },
    says: /title must have at most 500/,
  },
  {
    tool: "create_goal",
    when: "the title has a megabyte",
    args: { title: MEGABYTE },
    says: /title must have at most 500/,
  },
  {
    tool: "create_goal",
    when: "the description has a megabyte",
    args: { title: "G", description: MEGABYTE },
    says: /description must have at most 20000/,
  },
  {
    tool: "create_goal",
    when: "the date is a number",
    args: { title: "G", target_date: 20270101 },
    says: /target_date must be string: got 20270101/,
  },
  {
    tool: "create_goal",
    when: "the date has a megabyte",
    args: { title: "G", target_date: MEGABYTE },
    says: /target_date must have at most 100/,
  },
  {
    tool: "create_goal",
    when: "an argument is unknown",
    args: { title: "G", colour: "red" },
    says: /there is no argument colour/,
  },
  {
    tool: "create_goal",
    when: "an argument is misspelt",
    args: { title: "G", targetdate: "friday" },
    says: /no argument targetdate, did you mean target_date\?/,
  },
  {
    tool: "create_goal",
    when: "a status is given, which it does not take",
    args: { title: "G", status: "paused" },
    says: /no argument status/,
  },
  {
    tool: "update_goal",
    when: "the status is unknown",
    args: { goal_id: 1, status: "exploded" },
    says: /status must be one of active, completed, paused, archived.*"exploded"/,
  },
  {
    tool: "update_goal",
    when: "the new title is empty",
    args: { goal_id: 1, title: "" },
    says: /title must have at least 1/,
  },
  {
    tool: "list_goals",
    when: "the status is that of a task",
    args: { status: "pending" },
    says: /status must be one of active/,
  },
  {
    tool: "list_goals",
    when: "limit is 0",
    args: { limit: 0 },
    says: /limit must be at least 1: got 0/,
  },
  {
    tool: "list_goals",
    when: "limit is 101",
    args: { limit: 101 },
    says: /limit must be at most 100: got 101/,
  },
  {
    tool: "list_goals",
    when: "limit is a fraction",
    args: { limit: 1.5 },
    says: /limit must be int.*1\.5/,
  },
  {
    tool: "list_goals",
    when: "limit is a word",
    args: { limit: "ten" },
    says: /limit must be number: got "ten"/,
  },
  {
    tool: "list_goals",
    when: "limit is a list",
    args: { limit: [10] },
    says: /limit must be number/,
  },
  {
    tool: "list_goals",
    when: "the query is too long",
    args: { query: MEGABYTE },
    says: /query must have at most 500/,
  },
  { tool: "save_life_area", when: "the name is missing", args: {}, says: /name is missing/ },
  {
    tool: "save_life_area",
    when: "the weight is negative",
    args: { name: "A", weight: -1 },
    says: /weight must be at least 0/,
  },
  {
    tool: "save_life_area",
    when: "the weight is too much",
    args: { name: "A", weight: 101 },
    says: /weight must be at most 100/,
  },
  {
    tool: "save_life_area",
    when: "private is a word",
    args: { name: "A", private: "perhaps" },
    says: /private must be boolean: got "perhaps"/,
  },
]);
