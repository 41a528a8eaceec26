import { AppError } from "../../errors.ts";

const AGAIN = "sign in again, or ask the operator for a key: selfos keys create --name NAME";

/**
 * Why a token is not taken, in words of its own for each reason; never with any of its text that
 * would let somebody use it.
 */
export function refused(why: string, advice = AGAIN): AppError {
  return new AppError("unauthenticated", `Cannot authenticate as the token ${why}`, advice);
}
