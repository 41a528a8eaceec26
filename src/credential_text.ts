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
  const token = parts.findIndex((part, index) => isJson(part) && isJson(parts[index + 1]));
  return token < 0 ? run : `${[...parts.slice(0, token), ""].join(".")}eyJ…`;
}

/** Whether a part of a token has an object in it: `{"`, `{ ` or a new line after the brace, in base64url. */
function isJson(part = ""): boolean {
  return /^e[wy][\w-]{4}/.test(part);
}
