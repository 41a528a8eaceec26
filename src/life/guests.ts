import type { Database } from "../db/db.ts";
import { AppError, Denied } from "../errors.ts";
import type { Actor } from "./actor.ts";
import { isInReach } from "./placing.ts";
import { sharedAs } from "./shares.ts";

/** An item that is there, but in the life of another; said in the words for one that is not. */
export class Elsewhere extends AppError {
  /**
   * @param owner whose life it is in
   * @param item as it is called in a refusal: `goal 5`
   * @param area its life area; absent where it may be in several
   */
  constructor(
    refusal: AppError,
    readonly owner: string,
    readonly item: string,
    readonly area?: number | null,
  ) {
    super(refusal.code, refusal.message, refusal.advice);
  }
}

/**
 * The actor as a guest in the life of another, where that one shares what was looked for.
 *
 * @returns `undefined` where the failure is no such one, or nothing is shared
 * @throws Denied where it may only be read
 */
export async function asGuest(
  { read }: Database,
  actor: Actor,
  failure: unknown,
): Promise<Actor | undefined> {
  if (!(failure instanceof Elsewhere)) return undefined;
  if (actor.guest !== undefined || actor.operator) return undefined;
  const { owner, item, area } = failure;
  const guest = actor.user_id;
  const areas = (await sharedAs(read, "editor", guest, owner))
    .filter((id) => isInReach(actor, id));
  if (area === undefined ? areas.length > 0 : area !== null && areas.includes(area)) {
    return { ...actor, user_id: owner, guest, areas, narrowed: actor.areas !== undefined };
  }
  if (area === undefined || area === null || !isInReach(actor, area)) return undefined;
  if (!(await sharedAs(read, "reader", guest, owner)).includes(area)) return undefined;
  throw new Denied(
    `${owner} shares the life area ${area} with ${guest} as reader`,
    `write ${item}`,
    `ask the operator for: selfos areas share ${area} --with ${guest} --as editor --user ${owner}`,
  );
}
