/** So many places are looked at where JSON may begin. */
const MOST_PLACES = 20;

/** Where an object or a list of some begins, rather than a brace of a sentence. */
const BEGINNING = /\{\s*["}]|\[\s*[{"]/g;

const THOUGHT = "</think>";

/**
 * The JSON in what a model answered: the whole of it, else what stands between its words, each after the
 * one before. Of what is cut off nothing is taken, and no answer takes longer than to read it twice.
 */
export function* valuesIn(text: string): Generator<unknown> {
  const answer = withoutThoughts(text.trim());
  const whole = valueOf(answer);
  if (whole !== undefined) return yield whole;
  let end = 0;
  for (let place = 0; place < MOST_PLACES; place++) {
    BEGINNING.lastIndex = end;
    const begin = BEGINNING.exec(answer)?.index;
    if (begin === undefined) return;
    const behind = endOf(answer, begin);
    if (behind === undefined) return;
    end = behind;
    const value = valueOf(answer.slice(begin, end));
    if (value !== undefined) yield value;
  }
}

/** What a model thinks comes first; where it begins is not always said. */
function withoutThoughts(answer: string): string {
  const isJson = answer.startsWith("{") || answer.startsWith("[");
  const end = isJson ? -1 : answer.indexOf(THOUGHT);
  return end < 0 ? answer : answer.slice(end + THOUGHT.length).trim();
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Behind the bracket that closes the one at the beginning; those in strings do not count. */
function endOf(text: string, begin: number): number | undefined {
  let open = 0;
  let isString = false;
  for (let at = begin; at < text.length; at++) {
    const sign = text[at];
    if (isString) {
      if (sign === "\\") at++;
      else if (sign === '"') isString = false;
    } else if (sign === '"') isString = true;
    else if (sign === "{" || sign === "[") open++;
    else if ((sign === "}" || sign === "]") && --open === 0) return at + 1;
  }
  return undefined;
}
