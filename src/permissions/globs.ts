/** Whether the name matches the glob, in which `*` stands for any text. Linear in both lengths. */
export function matches(glob: string, name: string): boolean {
  const parts = glob.split("*");
  const first = parts[0] ?? "";
  const last = parts[parts.length - 1] ?? "";
  if (parts.length === 1) return glob === name;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let position = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = find(name, part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position <= end;
}

/**
 * Whether the glob matches some address of this form, in which `{name}` stands for at least one
 * character other than `/`. Takes as long as the product of their lengths.
 */
export function matchesSome(glob: string, form: string): boolean {
  const parts = form.split(/(\{[^}]*\})/).flatMap((part, at) =>
    at % 2 === 0 ? [...part] : [ANY, MORE]
  );
  // By place in the form: whether what is left of the glob matches what is left of it from there.
  let rest = parts.map((_, at) => parts.slice(at).every((part) => part === MORE));
  rest.push(true);
  for (const letter of [...glob].reverse()) {
    const before = rest;
    rest = before.map(() => false);
    for (let at = parts.length; at >= 0; at--) {
      const part = parts[at];
      const skipped = rest[at + 1] === true;
      if (letter === "*") rest[at] = before[at] === true || skipped;
      else if (part === MORE) rest[at] = skipped || (letter !== "/" && before[at] === true);
      else if (part === ANY ? letter !== "/" : letter === part) rest[at] = before[at + 1] === true;
    }
  }
  return rest[0] === true;
}

/** Parts of a form: one character other than `/`, and as many more as there are. */
const ANY = "{";
const MORE = "}";

/** Longer ones are looked for in a way whose time does not depend on what they are. */
const SHORT = 16;

function find(text: string, part: string, from: number): number {
  return part.length <= SHORT ? text.indexOf(part, from) : findLinearly(text, part, from);
}

/** Knuth, Morris and Pratt: no character of the text is looked at more often than twice. */
function findLinearly(text: string, part: string, from: number): number {
  const fallback = [0];
  for (let end = 1, length = 0; end < part.length;) {
    if (part[end] === part[length]) fallback[end++] = ++length;
    else if (length > 0) length = fallback[length - 1] ?? 0;
    else fallback[end++] = 0;
  }
  for (let at = from, length = 0; at < text.length;) {
    if (text[at] === part[length]) {
      at++;
      if (++length === part.length) return at - length;
    } else if (length > 0) length = fallback[length - 1] ?? 0;
    else at++;
  }
  return -1;
}
