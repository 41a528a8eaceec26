import { AppError } from "../errors.ts";

/**
 * The refusal for a person who is not there.
 *
 * @param trashed the person, where there is one in the trash
 */
export function noPerson(user_id: string, trashed?: object): AppError {
  return new AppError(
    "not_found",
    `Cannot find the person "${user_id}"${trashed ? " outside the trash" : ""}`,
    trashed ? `selfos undo --last --user ${user_id}` : `selfos users create ${user_id}`,
  );
}
