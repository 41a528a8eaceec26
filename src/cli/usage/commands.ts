import { BACKUP_COMMANDS } from "./backup_commands.ts";
import type { Command } from "./command.ts";

const PERSON_OPTIONS = {
  name: { value: "NAME", help: "full name" },
  email: { value: "EMAIL", help: "e-mail address" },
  "week-start": { value: "DAY", help: "first day of the week, monday to sunday" },
  "work-hours": { value: "FROM-TO", help: "working hours, as 09:00-17:00" },
  "work-days": { value: "DAYS", help: "working days, as mon,tue,wed" },
} as const;

const SUBJECT_OPTIONS = {
  issuer: { value: "URL", help: "the issuer, as it stands in its tokens (iss)" },
  subject: { value: "SUB", help: "who it is to the issuer (sub)" },
} as const;

/** Every command of the binary, in the order of `selfos help`. */
export const COMMANDS = {
  serve: {
    summary: "serve assistants over the Model Context Protocol",
    options: { migrate: { help: "bring a PostgreSQL schema up to date first" } },
    example: "selfos serve --transport stdio",
  },
  call: {
    summary: "run one tool from the shell",
    usage: "TOOL ['JSON'|key=value…]",
    options: {
      as: { value: "KEY_ID", help: "act as the holder of this key" },
      "dry-run": { help: "say whether the call would be allowed, and change nothing" },
    },
    positionals: [1, 100],
    example: 'selfos call create_task title="Water the plants" due_date=tomorrow',
  },
  history: {
    summary: "list what changed, newest first",
    options: {
      since: { value: "TIME", help: "only changes from this time on" },
      client: { value: "NAME", help: "only changes by this client" },
      by: { value: "client", help: "how the writes of each client fared, instead of a list" },
      limit: { value: "N", help: "how many, 1 to 100 (default 20)" },
      cursor: { value: "CURSOR", help: "where the last page ended" },
    },
    example: "selfos history --since yesterday --client claude-ai",
  },
  undo: {
    summary: "reverse a change, the last one, or all by one client since a time",
    usage: "[CHANGE_ID | --last | --since TIME --client NAME]",
    options: {
      last: { help: "the last change that still stands" },
      since: { value: "TIME", help: "with --client: every change from this time on" },
      client: { value: "NAME", help: "whose changes" },
    },
    positionals: [0, 1],
    example: "selfos undo --last",
  },
  "proposals list": {
    summary: "list what agents propose, newest first",
    options: {
      status: { value: "STATUS", help: "only pending, approved, rejected or expired ones" },
      limit: { value: "N", help: "how many, 1 to 100 (default 20)" },
      cursor: { value: "CURSOR", help: "where the last page ended" },
    },
  },
  "proposals show": {
    summary: "show what a proposal would change",
    usage: "ID",
    positionals: [1, 1],
  },
  "proposals approve": {
    summary: "carry a proposal out, if nothing has changed since that it is about",
    usage: "ID",
    positionals: [1, 1],
    example: "selfos proposals approve 12",
  },
  "proposals reject": {
    summary: "decide against a proposal",
    usage: "ID",
    options: { reason: { value: "TEXT", help: "what the agent is told" } },
    positionals: [1, 1],
    example: 'selfos proposals reject 12 --reason "not this week"',
  },
  export: {
    summary:
      "write a person's life in an open format: all of it as JSON or Markdown, tasks as ics or csv",
    options: {
      format: { value: "FORMAT", help: "json (default), markdown (a folder), ics or csv" },
      out: {
        value: "PATH",
        help: "where to; without it to stdout, but for a folder",
        file: "write",
      },
      yes: { help: "replace what is there without asking" },
    },
    example: "selfos export --format markdown --out ~/life",
  },
  import: {
    summary: "read a file or folder into a person's life, as one change that undo takes back",
    usage: "PATH",
    options: {
      from: {
        value: "FORMAT",
        help: "json, markdown, ics, csv, memory (memory.json of the MCP memory server) or todoist",
      },
      "dry-run": { help: "say what would become of it, and change nothing" },
      "skip-bad": { help: "import the others where some rows are bad" },
    },
    positionals: [1, 1],
    reads: "path",
    example: "selfos import memory.json --dry-run",
  },
  "users create": {
    summary: "add a person",
    usage: "ID",
    options: PERSON_OPTIONS,
    positionals: [1, 1],
    example: "selfos users create ada --name 'Ada Lovelace' --time-zone Europe/London",
  },
  "users list": { summary: "list the people" },
  "users show": {
    summary: "show a person, and whose tokens act for them",
    usage: "ID",
    positionals: [1, 1],
  },
  "users link": {
    summary: "have the tokens of a subject act for a person",
    usage: "ID --issuer URL --subject SUB",
    options: SUBJECT_OPTIONS,
    positionals: [1, 1],
    example: "selfos users link ada --issuer https://id.example.org --subject 4711",
  },
  "users unlink": {
    summary: "have the tokens of a subject act for nobody, within 30 seconds",
    usage: "ID --issuer URL --subject SUB",
    options: SUBJECT_OPTIONS,
    positionals: [1, 1],
  },
  "users update": {
    summary: "change a person's details",
    usage: "ID",
    options: PERSON_OPTIONS,
    positionals: [1, 1],
    example: "selfos users update ada --week-start sunday",
  },
  "users delete": {
    summary: "move a person to the trash, or erase them for good",
    usage: "ID [--purge]",
    options: {
      yes: { help: "do not ask; to erase somebody it is not enough" },
      purge: { help: "erase the person and all that is theirs: undo cannot bring it back" },
      confirm: {
        value: "ID",
        help: "with --purge: the person's id once more, so that nobody asks",
      },
    },
    positionals: [1, 1],
    example: "selfos users delete ada --purge",
  },
  "audit list": {
    summary: "list who asked for what, from where, and how it ended, newest first",
    options: {
      person: {
        value: "USER",
        help: "only what concerns this person's life, or was asked by them",
      },
      key: { value: "ID", help: "only what came with this credential: the id of a key, or local" },
      client: { value: "NAME", help: "only what this client asked" },
      action: { value: "ACTION", help: "only this, as tools/call, authenticate, 'keys create'" },
      target: { value: "NAME", help: "only this tool, address, prompt, key or person" },
      outcome: { value: "OUTCOME", help: "only what ended so: ok, not_found, error and others" },
      denied: { help: "only what was refused to whoever asked" },
      since: { value: "TIME", help: "only from this time on" },
      until: { value: "TIME", help: "only before this time" },
      limit: { value: "N", help: "how many, 1 to 100 (default 20)" },
      cursor: { value: "CURSOR", help: "where the last page ended" },
    },
    example: "selfos audit list --denied --since yesterday",
  },
  "audit verify": {
    summary: "check that no record of the audit trail was changed, removed, added or moved",
    options: {
      checkpoint: {
        value: "FILE",
        help:
          "compare with a checkpoint as well, lest whoever can write all of the store made it anew",
        file: "read",
      },
    },
    example: "selfos audit verify --checkpoint /media/usb/selfos-checkpoint.json",
  },
  "audit checkpoint": {
    summary: "say where the audit trail is now, to be kept where nobody can change it",
    options: {
      out: { value: "FILE", help: "write it to a file, not to stdout", file: "write" },
    },
    example: "selfos audit checkpoint --out /media/usb/selfos-checkpoint.json",
  },
  "keys create": {
    summary: "make a key with which a client acts for a person; shown once",
    usage: "--name NAME",
    options: {
      name: { value: "NAME", help: "what the key is for" },
      expires: { value: "TIME", help: "how long it works: 90d (default), 12h, or never" },
      tools: { value: "GLOB", help: "only tools and prompts of these names", multiple: true },
      resources: { value: "GLOB", help: "only resources of these addresses", multiple: true },
      areas: { value: "A,B", help: "only what is in these life areas", multiple: true },
      taint: {
        value: "propose",
        help: "only propose, for five minutes after reading text from outside, as of a calendar",
      },
    },
    example: "selfos keys create --name planner --tools '*_tasks' --areas Work --expires 30d",
  },
  "keys list": { summary: "list the keys, of everyone or of --user" },
  "keys show": {
    summary: "show a key, but for its secret, and what it can do",
    usage: "ID",
    positionals: [1, 1],
  },
  "keys rotate": {
    summary: "replace a key; the old one works for 24 hours more",
    usage: "ID",
    positionals: [1, 1],
  },
  "keys revoke": {
    summary: "end a key within 30 seconds, for good",
    usage: "ID",
    options: { yes: { help: "do not ask" } },
    positionals: [1, 1],
  },
  "areas list": { summary: "list the life areas of a person, and who shares them" },
  "areas share": {
    summary: "let another person see a life area, or edit what is in it",
    usage: "AREA --with USER",
    options: {
      with: { value: "USER", help: "the other person" },
      as: { value: "ROLE", help: "reader (default) or editor" },
    },
    positionals: [1, 1],
    example: "selfos areas share Household --with bob --as editor --user ada",
  },
  "areas unshare": {
    summary: "end the share of a life area at once",
    usage: "AREA --with USER",
    options: { with: { value: "USER", help: "the other person" } },
    positionals: [1, 1],
  },
  ...BACKUP_COMMANDS,
  "migrate up": { summary: "bring the schema of the store up to date" },
  "migrate status": { summary: "show which schema steps the store has" },
  permissions: {
    summary: "show what the sandbox may reach with this configuration",
    usage: "[COMMAND]",
    positionals: [0, 2],
  },
  version: { summary: "print the version" },
  help: { summary: "explain a command", usage: "[COMMAND]", positionals: [0, 2] },
} as const satisfies Record<string, Command>;

/** The name of a command, with its group. */
export type CommandName = keyof typeof COMMANDS;
