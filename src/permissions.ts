import { AppError } from "./errors.ts";

/** What a level lets its holder do, narrowest first. */
export const LEVELS = ["read_only", "read_write", "admin"] as const;
export type Level = typeof LEVELS[number];

/** Who is calling: what a credential, or a local start, stands for. */
export interface Principal {
  /** The person whose life this principal may touch. */
  readonly user_id: string;
  readonly level: Level;
  /**
   * Stable name of the credential, in the journal and in idempotency: `local`, a key's id, or
   * `token:` and the id of an identity.
   */
  readonly id: string;
  /** Who issued the token; absent where the credential is none. */
  readonly issuer?: string;
  /** When the credential ends, in milliseconds of Unix time; absent where that is looked up. */
  readonly until?: number;
}

/** What a session, stream or box is bound to: tokens of one identity may differ in their level. */
export function holderOf({ id, level }: Pick<Principal, "id" | "level">): string {
  return `${id} ${level}`;
}

/** Whether the principal may go on with what a holder began: as the same, with no narrower level. */
export function mayGoOn({ id, level }: Principal, holder: string): boolean {
  const levels = LEVELS.slice(0, LEVELS.indexOf(level) + 1);
  return levels.some((level) => holderOf({ id, level }) === holder);
}

export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly rule: string; readonly grant: string };

const LEVEL_TOOLS: Record<Level, readonly string[]> = {
  read_only: ["list_*", "get_*", "search_*", "query_*", "analyze_*", "catch_up"],
  read_write: ["*"],
  admin: ["*"],
};

/** Whether the principal may use the tool of this name. */
export function mayUse(principal: Principal, tool: string): Decision {
  if (LEVEL_TOOLS[principal.level].some((glob) => matches(glob, tool))) return { allowed: true };
  const grant = LEVELS.find((level) => LEVEL_TOOLS[level].some((glob) => matches(glob, tool)));
  return {
    allowed: false,
    rule: `level ${principal.level} allows ${LEVEL_TOOLS[principal.level].join(", ")}`,
    grant: `level ${grant ?? "admin"}`,
  };
}

/** What each level may read: a level bounds what is done to a life, not what is seen of it. */
const LEVEL_RESOURCES: Record<Level, readonly string[]> = {
  read_only: ["*"],
  read_write: ["*"],
  admin: ["*"],
};

/** Whether the principal may read resources at this address, whosever they are. */
export function mayRead(principal: Principal, uri: string): Decision {
  const globs = LEVEL_RESOURCES[principal.level];
  if (globs.some((glob) => matches(glob, uri))) return { allowed: true };
  return {
    allowed: false,
    rule: `level ${principal.level} reads ${globs.join(", ") || "nothing"}`,
    grant: "level admin",
  };
}

/** Whether the principal may act on the life of this person. */
export function mayActFor(principal: Principal, user_id: string): Decision {
  if (user_id === principal.user_id || principal.level === "admin") return { allowed: true };
  return {
    allowed: false,
    rule: `level ${principal.level} acts only for its own person, ${principal.user_id}`,
    grant: "level admin",
  };
}

/** Throws `permission_denied`, naming the rule and the smallest grant that would do. */
export function enforce(decision: Decision, attempt: string): void {
  if (decision.allowed) return;
  throw new AppError(
    "permission_denied",
    `Cannot ${attempt} as ${decision.rule}`,
    `ask the operator for ${decision.grant}`,
  );
}

/** Whether the name matches the glob, in which `*` stands for any text. Linear in both lengths. */
export function matches(glob: string, name: string): boolean {
  const parts = glob.split("*");
  const first = parts[0] ?? "";
  const last = parts[parts.length - 1] ?? "";
  if (parts.length === 1) return glob === name;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let position = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position <= end;
}
