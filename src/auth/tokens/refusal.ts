import { BadCredential } from "../../errors.ts";

const AGAIN = "sign in again, or ask the operator for a key: selfos keys create --name NAME";

/** What a refusal is filed under, and what to do about it. */
interface Filing {
  readonly why?: BadCredential["why"];
  readonly advice?: string;
  /** The identity, where the token is one of its own. */
  readonly key?: BadCredential["key"];
}

/** A token that the key of the name it gives does not prove; another of this name may. */
export class WrongKey extends BadCredential {
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
