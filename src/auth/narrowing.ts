import { AppError, nearest, quote } from "../errors.ts";
import { matches } from "../permissions/globs.ts";
import type { Principal } from "../permissions.ts";

/** What a key is narrowed to, beside its level; what is absent is as wide as the level. */
export type Narrowing = Pick<Principal, "tools" | "resources" | "areas" | "taint">;

/** A narrowing as the store has it: JSON lists, and a word. */
export interface StoredNarrowing {
  readonly tools: string | null;
  readonly resources: string | null;
  readonly areas: string | null;
  readonly taint: string | null;
}

/** Longer ones name nothing that there is. */
const LONGEST_GLOB = 200;
const MOST_GLOBS = 100;

/**
 * Globs of tools, each of which names at least one that there is.
 *
 * @throws AppError `invalid_input`
 */
export function toolGlobs(globs: readonly string[], known: readonly string[]): string[] {
  return checked("tools", globs, (glob) => {
    if (!/^[a-z0-9_*]+$/.test(glob)) return 'write it as "list_*"';
    if (known.some((name) => matches(glob, name))) return undefined;
    const near = nearest(glob, known);
    return near ? `did you mean ${near}?` : "`selfos help` names where the tools are listed";
  });
}

/** What addresses of resources are about. */
const KINDS = ["users", "goals", "tasks", "memories"];

/**
 * Globs of the addresses of resources, in which `me` stands for the person.
 *
 * @throws AppError `invalid_input`
 */
export function resourceGlobs(globs: readonly string[], user_id: string): string[] {
  const named = checked("resources", globs, (glob) => {
    if (glob === "*") return undefined;
    const [, kind] = /^selfos:\/\/([^/{}]*)[!-z|~]*$/.exec(glob) ?? [];
    if (kind === undefined) return 'write it as "selfos://users/me/daily/*"';
    if (KINDS.some((known) => matches(kind, known))) return undefined;
    const near = nearest(kind, KINDS);
    return near
      ? `did you mean selfos://${near}?`
      : `begin it with selfos:// and ${KINDS.join(", ")}`;
  });
  return named.map((glob) =>
    glob.replace(/^selfos:\/\/users\/me(?=\/|$)/, `selfos://users/${user_id}`)
  );
}

/** As it is stored. */
export function stored({ tools, resources, areas, taint }: Narrowing): StoredNarrowing {
  const lists = { tools: jsonOf(tools), resources: jsonOf(resources), areas: jsonOf(areas) };
  return { ...lists, taint: taint ?? null };
}

/**
 * The narrowing of a stored key; `undefined` where it cannot be read, since what is not understood
 * must not be taken for wider than it was.
 */
export function narrowingIn(
  { tools, resources, areas, taint }: StoredNarrowing,
): Narrowing | undefined {
  const parts = {
    ...(tools === null ? {} : { tools: listIn(tools, isText) }),
    ...(resources === null ? {} : { resources: listIn(resources, isText) }),
    ...(areas === null ? {} : { areas: listIn(areas, isId) }),
    ...(taint === null ? {} : { taint: isTaint(taint) ? taint : undefined }),
  };
  return isComplete(parts) ? parts : undefined;
}

function checked(
  what: "tools" | "resources",
  globs: readonly string[],
  fault: (glob: string) => string | undefined,
): string[] {
  if (globs.length > MOST_GLOBS) {
    throw new AppError(
      "invalid_input",
      `at most ${MOST_GLOBS} globs of ${what} may be given: got ${globs.length}`,
      "say more with fewer",
    );
  }
  for (const glob of globs) {
    const advice = glob.length > LONGEST_GLOB
      ? `write at most ${LONGEST_GLOB} characters`
      : fault(glob);
    if (advice === undefined) continue;
    throw new AppError(
      "invalid_input",
      `${quote(glob)} is no glob of ${what} that there are`,
      advice,
    );
  }
  return [...new Set(globs)];
}

function jsonOf(list: readonly unknown[] | undefined): string | null {
  return list === undefined ? null : JSON.stringify(list);
}

function listIn<T>(json: string, isMember: (value: unknown) => value is T): T[] | undefined {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) && list.every(isMember) ? list : undefined;
  } catch {
    return undefined;
  }
}

function isComplete(
  parts: { [Name in keyof Narrowing]: Narrowing[Name] | undefined },
): parts is Narrowing {
  return Object.values(parts).every((part) => part !== undefined);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTaint(text: string): text is NonNullable<Narrowing["taint"]> {
  return text === "propose";
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
