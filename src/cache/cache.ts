/**
 * Texts by their keys, each kept for a while. One that is gone is made anew: what keeps them may lose
 * any at any time, and fails nobody.
 */
export interface Cache extends AsyncDisposable {
  /** Whoever keeps it cannot vouch for it: the text may be one of earlier. */
  get(key: string): Promise<string | undefined>;
  /** Keeps a text for so many milliseconds at most; nobody waits for that. */
  set(key: string, text: string, lasts: number): void;
  delete(key: string): void;
}

/** Characters; a longer text is not kept. */
export const LONGEST = 500_000;
