/** Begins every API key: it says what it is, to people and to programs that look for leaked keys. */
export const KEY_PREFIX = "sos_live_";

/** Whether a key or a token, or what is left of one, stands in a text. */
export function holdsCredential(text: string): boolean {
  return withoutCredentials(text) !== text;
}

/** The text without what is secret of the keys and tokens in it. */
export function withoutCredentials(text: string): string {
  // Of whole runs, as a search for both ends of a token would begin anew at each letter of a long one.
  return text.replaceAll(/[\w.-]+/g, withoutOne);
}

function withoutOne(run: string): string {
  const key = run.indexOf(KEY_PREFIX) + KEY_PREFIX.length;
  if (key >= KEY_PREFIX.length && key < run.length) return `${run.slice(0, key)}…`;
  const parts = run.split(".");
  for (const [index, part] of parts.entries()) {
    if (parts[index + 1]?.search(OBJECT) !== 0) continue;
    const at = part.search(OBJECT);
    if (at >= 0) return `${[...parts.slice(0, index), part.slice(0, at)].join(".")}eyJ…`;
  }
  return run;
}

/** An object of JSON in base64url, as two parts of a token are: a brace, then a quote, a space or a new line. */
const OBJECT = /e(?:y[ABIJ]|w[klop01])[\w-]{3}/;
