import { AppError } from "../errors.ts";
import { diskFault } from "../places.ts";
import type { Catalog } from "./catalog.ts";
import type { Backup } from "./entry.ts";

const SAFE = "earlier archives are as they were";

/** An archive that was written, and is not proven yet. */
interface Written extends Pick<Backup, "id" | "file" | "reason"> {
  /** Where it was asked for, if not in the folder of backups. */
  readonly out?: string | undefined;
}

/**
 * Does a step without which no backup is made.
 *
 * @throws AppError that tells what is safe
 */
export async function beginning<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw reassuring(error, SAFE);
  }
}

/**
 * Does what is missing of a backup once its archive is written. A disk without room is not filled by those
 * who try again: the archive stays only where it was asked for, or is what they go on with.
 *
 * @throws AppError that tells what is safe, and what was left
 */
export async function finishing<T>(
  catalog: Catalog,
  { id, file, out, reason }: Written,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const stays = out !== undefined || reason === "scheduled" || diskFault(error) === undefined;
    if (stays) throw reassuring(error, `${file} was written, and is not proven; ${SAFE}`);
    Deno.removeSync(file);
    await catalog.forget(id);
    throw reassuring(error, `what was written is removed, and ${SAFE}`);
  }
}

function reassuring(error: unknown, safe: string): unknown {
  if (!(error instanceof AppError) || error.code !== "unavailable") return error;
  const { code, message, advice = "try again" } = error;
  const todo = advice.replace(/nothing was changed; |; nothing was changed$/, "");
  if (todo.endsWith("as they were")) return error;
  return new AppError(code, message, `${todo}; ${safe}`, { cause: error });
}
