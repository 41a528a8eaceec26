import type { Records } from "../../life/records.ts";
import { type Kind, KINDS, type Problem } from "../document.ts";
import type { Held } from "../held.ts";
import type { Match } from "./matches.ts";
import type { Wanted } from "./wanted.ts";

/** What a link leads to: an item that is here, or one that is yet to be created. */
export type Target = number | Pending;

/** An item that the same import creates, by its kind and name. */
export interface Pending {
  readonly key: string;
}

/** The links of an item by column, as far as they lead anywhere. */
export type Resolved = Readonly<Record<string, Target | null | readonly Target[]>>;

/** Which kind each column refers to. */
const KIND_OF: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["life_area_id", "life_area"],
  ["parent_goal_id", "goal"],
  ["goal_id", "goal"],
  ["parent_task_id", "task"],
  ["depends_on", "task"],
  ["next_task_id", "task"],
  ["task_id", "task"],
  ["superseded_by", "memory"],
]);

/** Columns that may not lead back to where they began, and what that would be called. */
const CHAINS: Readonly<Record<string, readonly [Kind, string]>> = {
  parent_goal_id: ["goal", "parent_goal: it is nested below itself"],
  parent_task_id: ["task", "parent_task: it is nested below itself"],
  depends_on: ["task", "depends_on: it waits for itself"],
  next_task_id: ["task", "next_task: it follows itself"],
  superseded_by: ["memory", "superseded_by: it takes its own place"],
};

/** What is no fault of a link. */
export interface Bounds {
  /** Whether a link to what is neither in the file nor here is left out. */
  readonly lenient: boolean;
  /** What is in the trash and stays there. */
  readonly gone: ReadonlySet<Wanted>;
  /** All that the file has by {@linkcode keyOf}, also what is refused: that is told of itself. */
  readonly said: ReadonlySet<string>;
}

/** Where links of a file lead. */
export interface Linked {
  readonly linksOf: ReadonlyMap<Wanted, Resolved>;
  readonly problems: readonly Problem[];
  /** How many led nowhere, and are left out. */
  readonly lost: number;
}

/**
 * Follows the links of what a file says.
 *
 * @param found what is here already of it, unless it stays in the trash
 */
export function follow(
  wanted: readonly Wanted[],
  found: ReadonlyMap<Wanted, Match>,
  held: Held,
  { lenient, gone, said }: Bounds,
): Linked {
  const inFile = new Map(wanted.map((one) => [keyOf(one), one]));
  const byUid = new Map<string, number>();
  for (const kind of KINDS) {
    for (const record of held[kind]) {
      if (record.deleted_at !== null) continue;
      for (const uid of held.uidsOf(kind, record)) byUid.set(`${kind} ${uid}`, record.id);
    }
  }
  const problems: Problem[] = [];
  let lost = 0;
  const targetOf = (kind: Kind, uid: string): Target | null | undefined => {
    const other = inFile.get(`${kind} ${uid}`);
    if (other === undefined) return byUid.get(`${kind} ${uid}`);
    if (gone.has(other)) return null;
    return found.get(other)?.record.id ?? { key: keyOf(other) };
  };
  const linksOf = new Map<Wanted, Resolved>();
  for (const one of wanted) {
    const links: Record<string, Target | null | Target[]> = {};
    for (const [column, value] of Object.entries(one.links)) {
      const kind = KIND_OF.get(column);
      if (kind === undefined || value === undefined) continue;
      const targets: Target[] = [];
      for (const uid of value === null ? [] : typeof value === "string" ? [value] : value) {
        const target = targetOf(kind, uid);
        const isLost = target === undefined && (lenient || said.has(`${kind} ${uid}`));
        if (isLost) lost++;
        if (target === undefined && !isLost) {
          const field = column.replace(/_id$/, "");
          const message = `${field}: there is no ${kind.replace("_", " ")} ${
            JSON.stringify(uid)
          } in the file or here`;
          problems.push({ place: one.place, message });
        }
        if (target !== undefined && target !== null) targets.push(target);
      }
      links[column] = column === "depends_on" ? sorted(targets) : targets[0] ?? null;
    }
    linksOf.set(one, links);
  }
  return { linksOf, problems: [...problems, ...cyclesIn(linksOf, found, held)], lost };
}

/** By what a link names an item of its own file. */
export function keyOf({ kind, uid }: Pick<Wanted, "kind" | "uid">): string {
  return `${kind} ${uid}`;
}

function sorted(targets: readonly Target[]): Target[] {
  const ids = [...new Set(targets.filter((target) => typeof target === "number"))];
  const keys = targets.filter((target) => typeof target !== "number").map(({ key }) => key);
  return [...ids.sort((a, b) => a - b), ...[...new Set(keys)].map((key) => ({ key }))];
}

function cyclesIn(
  linksOf: ReadonlyMap<Wanted, Resolved>,
  found: ReadonlyMap<Wanted, Match>,
  held: Held,
): Problem[] {
  const problems: Problem[] = [];
  for (const [column, [kind, message]] of Object.entries(CHAINS)) {
    const edges = new Map<string, string[]>();
    for (const record of held[kind]) edges.set(nodeOf(record.id), idsIn(record, column));
    const nodes = new Map<string, Wanted>();
    for (const [one, links] of linksOf) {
      if (one.kind !== kind || links[column] === undefined) continue;
      const node = nodeOf(found.get(one)?.record.id ?? { key: keyOf(one) });
      nodes.set(node, one);
      const targets = links[column] ?? [];
      edges.set(node, (targets instanceof Array ? targets : [targets]).map(nodeOf));
    }
    for (const node of inCycles(edges)) {
      const one = nodes.get(node);
      if (one) problems.push({ place: one.place, message });
    }
  }
  return problems;
}

function nodeOf(target: Target): string {
  return typeof target === "number" ? `#${target}` : target.key;
}

function idsIn(record: Records[Kind], column: string): string[] {
  const value: unknown = Reflect.get(record, column);
  const ids = Array.isArray(value) ? value : [value];
  return ids.filter((id) => typeof id === "number").map(nodeOf);
}

/** Takes away what leads nowhere, then what nothing leads to, until only cycles are left, and what is between. */
function inCycles(edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const backwards = new Map<string, string[]>();
  for (const [node, targets] of edges) {
    for (const target of targets) {
      const before = backwards.get(target);
      if (before) before.push(node);
      else backwards.set(target, [node]);
    }
  }
  const left = peeled(edges, backwards, new Set([...edges.keys(), ...backwards.keys()]));
  return peeled(backwards, edges, left);
}

function peeled(
  forwards: ReadonlyMap<string, readonly string[]>,
  backwards: ReadonlyMap<string, readonly string[]>,
  nodes: ReadonlySet<string>,
): Set<string> {
  const left = new Set(nodes);
  const count = new Map<string, number>();
  for (const node of left) {
    count.set(node, (forwards.get(node) ?? []).filter((target) => left.has(target)).length);
  }
  const free = [...left].filter((node) => count.get(node) === 0);
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    left.delete(node);
    for (const before of backwards.get(node) ?? []) {
      if (!left.has(before)) continue;
      const rest = (count.get(before) ?? 0) - 1;
      count.set(before, rest);
      if (rest === 0) free.push(before);
    }
  }
  return left;
}
