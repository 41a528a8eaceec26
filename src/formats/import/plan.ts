import { quote } from "../../errors.ts";
import { same, sameName } from "../../life/fields.ts";
import type { Kind, Problem } from "../document.ts";
import type { Held, Origin } from "../held.ts";
import type { Alike } from "./alike.ts";
import { type Bounds, follow, type Resolved } from "./links.ts";
import { type Match, matcher } from "./matches.ts";
import { sameSecond } from "./parts.ts";
import type { Wanted } from "./wanted.ts";

/** What becomes of an item of a file. */
export type Action = "create" | "update" | "restore" | "same" | "conflict" | "trashed";

export interface Step {
  readonly wanted: Wanted;
  readonly action: Action;
  readonly match?: Match | undefined;
  /** The columns to be written, with links still by name where they lead to what is yet to be created. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** All that the file says of the item; of what it does not tell from what is here, as it is here. */
  readonly theirs: Readonly<Record<string, unknown>>;
  /** The columns that differ, where the item is left as it is. */
  readonly differing: readonly string[];
}

export interface Plan {
  readonly source: string;
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
  /** Links to what is neither in the file nor here. */
  readonly lost: number;
}

/** Compares what a file says with what is here. Writes nothing. */
export function planOf(
  wanted: readonly Wanted[],
  held: Held,
  { source, lenient, said, alike }:
    & { source: string; alike: Alike }
    & Pick<Bounds, "lenient" | "said">,
): Plan {
  const matchOf = matcher(held, source);
  const found = new Map<Wanted, Match>();
  const gone = new Set<Wanted>();
  const taken = new Map<number | string, Wanted>();
  for (const one of wanted) {
    const match = matchOf(one);
    if (match === undefined) continue;
    found.set(one, match);
    taken.set(`${one.kind} ${match.record.id}`, one);
    if (staysInTrash(one, match)) gone.add(one);
  }
  const { linksOf, problems, lost } = follow(wanted, found, held, { lenient, gone, said });
  const steps = wanted.map((one) => {
    const match = found.get(one);
    const isRepeat = match && taken.get(`${one.kind} ${match.record.id}`) !== one;
    const links = linksOf.get(one) ?? {};
    return stepOf(one, isRepeat ? { ...match, byTitle: true } : match, links, alike);
  });
  return { source, steps, problems: [...problems, ...namesakesIn(steps, held)], lost };
}

/** Life areas that would get the name of another one. */
function namesakesIn(steps: readonly Step[], held: Held): Problem[] {
  return steps.filter(({ wanted, action, match }) =>
    wanted.kind === "life_area" && (action === "update" || action === "restore") &&
    held.life_area.some(({ id, name, deleted_at }) =>
      deleted_at === null && id !== match?.record.id && sameName(name, wanted.title)
    )
  ).map(({ wanted: { place, title } }) => ({
    place,
    message: `name: another life area is named ${quote(title)} here`,
  }));
}

/** What was deleted after it was imported stays so, unless the file says something new of it. */
function staysInTrash(wanted: Wanted, { record, origin }: Match): boolean {
  if (record.deleted_at === null || origin === undefined || origin.undone) return false;
  return origin.imported?.["digest"] === wanted.digest;
}

function stepOf(
  wanted: Wanted,
  match: Match | undefined,
  links: Resolved,
  alike: Alike,
): Step {
  const told = { ...wanted.columns, ...links };
  if (match === undefined) {
    return { wanted, match, theirs: told, fields: told, differing: [], action: "create" };
  }
  const { record } = match;
  const theirs = asHere(told, record, alike);
  const common = { wanted, match, theirs, fields: {}, differing: [] };
  if (record.deleted_at !== null) {
    return staysInTrash(wanted, match)
      ? { ...common, action: "trashed" }
      : { ...common, action: "restore", fields: theirs };
  }
  if (wanted.implied || (match.byTitle && wanted.kind !== "life_area")) {
    return { ...common, action: "same" };
  }
  if (saidLately(match)?.["digest"] === wanted.digest) return { ...common, action: "same" };
  return merged(common, wanted, match, alike);
}

/** What a file cannot tell from what is here is as it is here. */
function asHere(told: Step["theirs"], record: object, alike: Alike): Step["theirs"] {
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => {
      const ours: unknown = Reflect.get(record, name);
      return [name, alike(name, ours, value) ? ours : value];
    }),
  );
}

/** What was imported of an item before, unless that was taken back. */
function saidLately({ origin }: Match): Origin["imported"] {
  return origin?.undone ? undefined : origin?.imported;
}

type Common = Omit<Step, "action">;

/** Field by field: what the file changed since it was last imported, unless it was changed here too. */
function merged(common: Common, wanted: Wanted, match: Match, alike: Alike): Step {
  const { record, byTitle } = match;
  const columns: unknown = saidLately(match)?.["columns"];
  const base = typeof columns === "object" && columns !== null ? columns : undefined;
  const unchanged = base === undefined && !byTitle && wanted.updated_at !== undefined &&
    sameSecond(wanted.updated_at, record.updated_at);
  const fields: Record<string, unknown> = {};
  const differing: string[] = [];
  for (const [name, value] of Object.entries(common.theirs)) {
    const ours: unknown = Reflect.get(record, name);
    if (same(ours, value)) continue;
    const was: unknown = base && Reflect.get(base, name);
    if (base && Object.hasOwn(base, name) && alike(name, was, value)) continue;
    if (unchanged || (base && Object.hasOwn(base, name) && same(was, ours))) fields[name] = value;
    else differing.push(name);
  }
  if (differing.length > 0) return { ...common, action: "conflict", differing };
  if (Object.keys(fields).length > 0) return { ...common, action: "update", fields };
  return { ...common, action: "same" };
}

/** How a step is told, on one line. */
export function describeStep(step: Step): string {
  const { wanted, action, fields, theirs, differing, match } = step;
  const what = `${nameOf(wanted.kind)} ${quote(wanted.title)}`;
  const names = action === "conflict" ? differing : Object.keys(fields);
  const isTold = action === "update" || action === "conflict";
  const changes = (isTold ? names : []).map((name) => {
    const ours: unknown = match && Reflect.get(match.record, name);
    return `${name} ${quote(ours)} here, ${quote(Reflect.get(theirs, name))} in the file`;
  });
  return `${what}${changes.length > 0 ? `: ${changes.join("; ")}` : ""}`;
}

function nameOf(kind: Kind): string {
  return kind.replace("_", " ");
}
