import { AppError } from "../../errors.ts";
import type { Actor } from "../../life/actor.ts";
import { type Draft, type Receipt, type Store, write } from "../../life/journal.ts";
import type { Tx } from "../../db/db.ts";
import { KINDS, type Problem, type Reading, rowsOf, type Said } from "../document.ts";
import { type Held, readHeld } from "../held.ts";
import { alikeBy } from "./alike.ts";
import { apply } from "./apply.ts";
import { type Action, describeStep, type Plan, planOf } from "./plan.ts";
import { type NewProfile, profileIn } from "./profile.ts";
import { readWanted } from "./wanted.ts";

export interface ImportOptions {
  /** Import what can be, where some cannot. */
  readonly skipBad: boolean;
}

/** What an import did, or would do. */
export interface Imported {
  /** How many items of each fate. */
  readonly counts: Readonly<Record<Action, number>>;
  /** What is written, and what is left though it differs, one line each. */
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly restored: readonly string[];
  readonly conflicts: readonly string[];
  readonly trashed: readonly string[];
  /** What is refused. */
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/**
 * Imports what was read as one change, or nothing at all.
 *
 * @throws AppError `invalid_input` when some of it cannot be imported and is not to be skipped
 */
export async function importReading(
  store: Store,
  actor: Actor,
  reading: Reading,
  options: ImportOptions,
): Promise<Imported & Receipt> {
  return await write(store, actor, async (draft: Draft) => {
    const { plan, profile, imported } = await prepare(draft.tx, actor, reading, draft.now, options);
    const { problems } = imported;
    if (problems.length > 0 && !options.skipBad) throw refusal(problems, reading.said);
    if (profile.fields) await draft.update("user", draft.person, profile.fields);
    await apply(draft, plan);
    return imported;
  });
}

/** What an import would do; changes nothing. */
export async function rehearseImport(
  { db, now }: Store,
  actor: Actor,
  reading: Reading,
  options: ImportOptions,
): Promise<Imported> {
  const { imported } = await db.snapshot((read) => prepare(read, actor, reading, now(), options));
  return imported;
}

interface Prepared {
  readonly plan: Plan;
  readonly profile: NewProfile;
  readonly imported: Imported;
}

async function prepare(
  read: Pick<Tx, "selectFrom">,
  { user_id }: Actor,
  reading: Reading,
  now: Date,
  { skipBad }: ImportOptions,
): Promise<Prepared> {
  const held = await readHeld(read, { user_id, trash: true });
  const profile = profileIn(reading, held);
  const zone = profile.fields?.time_zone ?? held.user.time_zone;
  const clock = { zone, now, asTold: profile.zone === zone };
  const rows = await readWanted(reading.said, clock);
  const problems = [...reading.problems, ...profile.problems, ...rows.problems];
  const lenient = skipBad || reading.partial === true;
  const said = new Set(reading.said.map(({ kind, value }) => `${kind} ${value["uid"]}`));
  const alike = alikeBy(reading.sayable);
  const bounds = { source: reading.source, lenient, said, alike };
  const { plan, refused } = planned(rows.wanted, held, bounds);
  const notes = [
    ...reading.notes,
    ...profile.notes,
    ...(plan.lost > 0 ? [`Links to what is not imported are left out: ${plan.lost}.`] : []),
  ];
  return { plan, profile, imported: summary(plan, [...problems, ...refused], notes) };
}

/** What can be done without the rows that are refused. */
function planned(
  wanted: Awaited<ReturnType<typeof readWanted>>["wanted"],
  held: Held,
  bounds: Parameters<typeof planOf>[2],
): { plan: Plan; refused: Problem[] } {
  const refused: Problem[] = [];
  for (let left = wanted;;) {
    const plan = planOf(left, held, bounds);
    if (plan.problems.length === 0) return { plan, refused };
    refused.push(...plan.problems);
    const places = new Set(plan.problems.map(({ place }) => place));
    left = left.filter(({ place }) => !places.has(place));
  }
}

function summary(plan: Plan, problems: Problem[], notes: string[]): Imported {
  const counts = { create: 0, update: 0, restore: 0, same: 0, conflict: 0, trashed: 0 };
  for (const { action } of plan.steps) counts[action]++;
  const order = (kind: string) => KINDS.findIndex((one) => one === kind);
  const steps = plan.steps.toSorted((a, b) => order(a.wanted.kind) - order(b.wanted.kind));
  const told = (action: Action) => steps.filter((step) => step.action === action).map(describeStep);
  return {
    counts,
    created: told("create"),
    updated: told("update"),
    restored: told("restore"),
    conflicts: told("conflict"),
    trashed: told("trashed"),
    problems,
    notes,
  };
}

/** So many problems are told in one refusal. */
const SHOWN = 20;

function refusal(problems: readonly Problem[], said: readonly Said[]): AppError {
  const rows = rowsOf(said.filter(({ implied }) => !implied), problems);
  const shown = problems.slice(0, SHOWN).map(({ place, message }) => `- ${place}: ${message}`);
  if (problems.length > SHOWN) shown.push(`- and ${problems.length - SHOWN} more`);
  return new AppError(
    "invalid_input",
    `Cannot import as ${rowsOf(problems)} of ${rows} rows are bad; nothing was imported:\n` +
      shown.join("\n"),
    "mend them, or add --skip-bad to import the others",
  );
}
