import type { Generated } from "kysely";
import type { ApiKeyTable, AreaShareTable, IdentityTable, SecretTable } from "./schema/access.ts";
import type { AuditHeadTable, AuditTable } from "./schema/audit.ts";
import type { BackupTable, RestoreTable } from "./schema/backups.ts";
import type { OriginTable } from "./schema/origins.ts";
import type { BirthTable } from "./schema/births.ts";
import type { CalendarEventTable, PlanTable, ProposalTable } from "./schema/plans.ts";

export type { ColumnTypes } from "./column_types.ts";

/**
 * The tables, as both stores answer them.
 *
 * Instants are RFC 3339 in UTC with milliseconds. `due_date` and `target_date` are a day
 * (`2026-11-27`) or a wall-clock time with its offset (`2026-11-27T17:00:00+01:00`); both sort
 * as text by local time. Columns marked derived are computed from the others on every write.
 */
export interface Schema {
  users: UserTable;
  life_areas: LifeAreaTable;
  goals: GoalTable;
  tasks: TaskTable;
  task_tags: { task_id: number; user_id: string; tag: string };
  task_dependencies: { task_id: number; depends_on_id: number };
  memories: MemoryTable;
  memory_words: MemoryWordTable;
  vectors: VectorTable;
  changes: ChangeTable;
  change_items: ChangeItemTable;
  replays: ReplayTable;
  visits: VisitTable;
  api_keys: ApiKeyTable;
  identities: IdentityTable;
  secrets: SecretTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
  area_shares: AreaShareTable;
  backups: BackupTable;
  restores: RestoreTable;
  proposals: ProposalTable;
  plans: PlanTable;
  calendar_events: CalendarEventTable;
  origins: OriginTable;
  births: BirthTable;
}

/** When a record was written. */
export interface Timestamps {
  created_at: string;
  updated_at: string;
  /** When it went to the trash. */
  deleted_at: string | null;
}

interface UserTable extends Timestamps {
  id: string;
  name: string | null;
  email: string | null;
  time_zone: string;
  /** ISO weekday, 1 = Monday. */
  week_start: number;
  /** `HH:MM` */
  work_start: string;
  work_end: string;
  /** ISO weekdays, comma-separated. */
  work_days: string;
}

interface LifeAreaTable extends Timestamps {
  id: Generated<number>;
  user_id: string;
  name: string;
  weight: number;
  color: string | null;
  description: string | null;
  /** 0 or 1. */
  private: number;
}

interface GoalTable extends Timestamps {
  id: Generated<number>;
  user_id: string;
  title: string;
  description: string | null;
  status: string;
  target_date: string | null;
  life_area_id: number | null;
  parent_goal_id: number | null;
  completed_at: string | null;
  /** Derived: 1 once completed or archived. */
  closed: number;
  /** Derived: `target_date`, or `~`, which sorts last. */
  target_sort: string;
  /** Derived: title and description folded for search. */
  words: string;
  /** Derived: the model whose vectors stand for the text as it is now; empty for none. */
  embedded: Generated<string>;
}

interface TaskTable extends Timestamps {
  id: Generated<number>;
  user_id: string;
  goal_id: number | null;
  parent_task_id: number | null;
  title: string;
  description: string | null;
  status: string;
  /** 1 = urgent … 4 = low, so that it sorts. */
  priority: number;
  due_date: string | null;
  /** Minutes. */
  estimated_duration: number | null;
  actual_duration: number | null;
  completed_at: string | null;
  /** RFC 5545 RRULE. */
  recurrence: string | null;
  /** The first occurrence of the rule, its DTSTART. */
  recurrence_start: string | null;
  /** The occurrence this task stands for, wherever its due date was moved since. */
  occurrence_date: string | null;
  /** The task that completing this occurrence created. */
  next_task_id: number | null;
  /** Derived: 1 once completed or cancelled. */
  closed: number;
  /** Derived: `due_date`, or `~`, which sorts last. */
  due_sort: string;
  /** Derived: title, description and tags folded for search. */
  words: string;
  /** Derived: the model whose vectors stand for the text as it is now; empty for none. */
  embedded: Generated<string>;
}

interface MemoryTable extends Timestamps {
  id: Generated<number>;
  user_id: string;
  content: string;
  memory_type: string;
  /** JSON object. */
  metadata: string | null;
  /** Of the same form as a due date. */
  occurred_at: string | null;
  /** What it is about, at most one of the two. */
  goal_id: number | null;
  task_id: number | null;
  /** The memory that took its place. */
  superseded_by: number | null;
  /** How it came here. */
  source: string;
  /** The client that stored it. */
  client: string;
  /** Derived: SHA-256 of the content without case and spare space, in base64url. */
  digest: string;
  /** Derived: `user_id:term` for each term of the content, by spaces; empty in the trash. */
  terms: string;
  /** Derived: the model whose vectors stand for the text as it is now; empty for none. */
  embedded: Generated<string>;
}

/** Every word that was ever in a memory of the person, as it was written but for case and accents. */
interface MemoryWordTable {
  id: Generated<number>;
  user_id: string;
  word: string;
}

/** Where the pieces of an item's text lie in the space of a model; never changed, only replaced. */
interface VectorTable {
  /** Rises with every vector of the person. */
  id: Generated<number>;
  user_id: string;
  /** `memory`, `goal` or `task`. */
  entity: string;
  entity_id: number;
  /** Which piece of the text. */
  seq: number;
  model: string;
  dims: number;
  /** SHA-256 of the text, in base64url. */
  digest: string;
  /** As many little-endian 32-bit floats as it has dimensions, of unit length. */
  vector: Uint8Array;
}

interface ChangeTable {
  id: Generated<number>;
  user_id: string;
  at: string;
  principal: string;
  client: string;
  tool: string;
  /** The change that last reversed this one; it may itself have been reversed since. */
  undone_by: number | null;
  /** 1 while its effect is in the store, 0 while it is undone. */
  stands: number;
  /** The person who made it, where it is the life of another who shares it. */
  guest: string | null;
  /** 1 where it gave some task another due date, or may have, as it is older than this column. */
  moves_due: Generated<number>;
  /** The person who approved the proposal that it came from. */
  approved_by: string | null;
}

interface ChangeItemTable {
  change_id: number;
  seq: number;
  entity: string;
  entity_id: string;
  /** JSON image of the whole record; null where it did not exist. */
  before: string | null;
  after: string | null;
  /** The life areas of the two images; null for none. */
  area_before: number | null;
  area_after: number | null;
}

interface ReplayTable {
  user_id: string;
  principal: string;
  tool: string;
  key: string;
  /** The canonical arguments, or their SHA-256 in hex when they are long. */
  arguments: string;
  change_id: number | null;
  result: string;
  at: string;
}

/** The last visit of a client, and what was told then. */
interface VisitTable {
  user_id: string;
  principal: string;
  client: string;
  at: string;
  /** The newest change of the person at that time; 0 where there was none. */
  change_id: number;
  /** The visit before, from which on was told; null where none was known. */
  since_at: string | null;
  since_change_id: number | null;
}
