import { Denied, quote } from "./errors.ts";
import { matches, matchesSome } from "./permissions/globs.ts";

/** What a level lets its holder do, narrowest first. */
export const LEVELS = ["read_only", "propose", "read_write", "admin"] as const;
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
  /** Globs of the tools and prompts it is narrowed to; absent, its level alone decides. */
  readonly tools?: readonly string[];
  /** Globs of the resources it is narrowed to. */
  readonly resources?: readonly string[];
  /** Ids of the life areas it is narrowed to; what belongs to none of them is withheld. */
  readonly areas?: readonly number[];
  /** Once it has read text that came from outside, its writes become proposals for a while. */
  readonly taint?: "propose";
  /** Who issued the token; absent where the credential is none. */
  readonly issuer?: string;
  /** The print of the issuer's key that signed the token; absent where none did. */
  readonly signer?: string;
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

/** What a principal attempts. */
export type Action =
  | { readonly use: string; readonly actFor?: string }
  | { readonly prompt: string }
  | { readonly read: string }
  /** Any of the resources whose address has this form. */
  | { readonly readAny: string }
  | { readonly actFor: string };

export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly rule: string; readonly grant: string };

const LEVEL_TOOLS: Record<Level, readonly string[]> = {
  read_only: ["list_*", "get_*", "search_*", "query_*", "analyze_*", "catch_up"],
  propose: ["*"],
  read_write: ["*"],
  admin: ["*"],
};

/** Whether the principal may do this. What it finds is bounded by {@linkcode Principal.areas} besides. */
export function decide(principal: Principal, action: Action): Decision {
  const denials = [...byLevel(principal, action), ...byGlobs(principal, action)];
  if (denials.length === 0) return ALLOWED;
  return {
    allowed: false,
    rule: denials.map(({ rule }) => rule).join(", and "),
    grant: denials.map(({ grant }) => grant).join(" and "),
  };
}

/** Throws `permission_denied` where it is not allowed, naming the rule and the smallest grant that would do. */
export function enforce(principal: Principal, action: Action): void {
  const decision = decide(principal, action);
  if (decision.allowed) return;
  throw new Denied(decision.rule, attempt(action), `ask the operator for ${decision.grant}`);
}

const ALLOWED: Decision = { allowed: true };

interface Denial {
  readonly rule: string;
  readonly grant: string;
}

/** A level bounds what is done to a life, and to whose, not what is seen of it. */
function byLevel({ level, user_id }: Principal, action: Action): Denial[] {
  const use = "use" in action ? action.use : undefined;
  const { actFor = user_id } = "actFor" in action ? action : {};
  const uses = (level: Level) =>
    use === undefined || LEVEL_TOOLS[level].some((glob) => matches(glob, use));
  const actsFor = (level: Level) => actFor === user_id || level === "admin";
  const rules = [
    ...(uses(level) ? [] : [`level ${level} allows ${LEVEL_TOOLS[level].join(", ")}`]),
    ...(actsFor(level) ? [] : [`level ${level} acts only for its own person, ${user_id}`]),
  ];
  if (rules.length === 0) return [];
  const smallest = LEVELS.find((level) => uses(level) && actsFor(level)) ?? "admin";
  const grant = smallest === "propose"
    ? "level read_write, or level propose, whose writes wait for the person"
    : `level ${smallest}`;
  return [{ rule: rules.join(", and "), grant }];
}

function byGlobs({ tools, resources }: Principal, action: Action): Denial[] {
  if ("use" in action) return narrowed("tools", tools, action.use, matches);
  if ("prompt" in action) return narrowed("tools", tools, action.prompt, matches);
  if ("read" in action) return narrowed("resources", resources, action.read, matches);
  if ("readAny" in action) return narrowed("resources", resources, action.readAny, matchesSome);
  return [];
}

function narrowed(
  kind: "tools" | "resources",
  globs: readonly string[] | undefined,
  name: string,
  fits: (glob: string, name: string) => boolean,
): Denial[] {
  if (globs === undefined || globs.some((glob) => fits(glob, name))) return [];
  return [{
    rule: `the key is narrowed to the ${kind} ${globs.join(", ") || "none"}`,
    grant: `a key with --${kind} ${quote(name.replace(/\{[^}]*\}/g, "*"))}`,
  }];
}

function attempt(action: Action): string {
  if ("use" in action) {
    const { use, actFor } = action;
    return actFor === undefined ? `call ${use}` : `call ${use} for ${quote(actFor)}`;
  }
  if ("prompt" in action) return `use the prompt ${action.prompt}`;
  if ("read" in action) return `read ${quote(action.read)}`;
  if ("readAny" in action) return `read ${quote(action.readAny)}`;
  return `act for ${quote(action.actFor)}`;
}
