import { BadCredential } from "../../errors.ts";

const AGAIN = "sign in again, or ask the operator for a key: selfos keys create --name NAME";

/** What a refusal is filed under, and what to do about it. */
interface Filing {
  readonly why?: BadCredential["why"];
  readonly advice?: string;
  /** The identity, where the token is one of its own. */
  readonly key?: BadCredential["key"];
}

/** A token that is not signed with the key that it names; another of this name may be right. */
export class WrongSignature extends BadCredential {
  constructor(what: string) {
    super("unfit", messageFor(what), AGAIN);
  }
}

/**
 * Why a token is not taken, in words of its own for each reason; never with any of its text that
 * would let somebody use it.
 */
export function refused(
  what: string,
  { why = "unfit", advice = AGAIN, key }: Filing = {},
): BadCredential {
  return new BadCredential(why, messageFor(what), advice, key);
}

function messageFor(what: string): string {
  return `Cannot authenticate as the token ${what}`;
}
