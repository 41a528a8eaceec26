/** English words that are in every text, and say nothing of what it is about. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after again all also am an and any are as at be because been before being but by can could
  did do does doing done for from get got had has have having he her here him his how i if in into is
  it its just me more most my no not now of off on once only or other our out over own please she should
  so some such than that the their them then there these they this those through to too under until up
  us very was we were what when where which while who whom why will with would you your`.split(
    /\s+/,
  ),
);
