import { AppError } from "../errors.ts";
import { addDays, type Reading, resolveWhen, type When } from "./dates.ts";

/** A word that a date may follow. */
const BEFORE_DATE = /\b(by|until|till|before|due)\s+/gi;

/** So many of them are looked at. */
const MOST = 5;

/** A date has no more words. */
const MOST_WORDS = 5;

/** A month is the next one that comes, said or not. */
const NEXT_MONTH =
  /^(the )?(next|this|coming) (?=(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*$)/i;

/** The day in a text by which something is to be done, as in "by next may", where it says just one. */
export async function deadlineIn(text: string, reading: Reading): Promise<When | undefined> {
  const days = new Set<When>();
  for (const { 0: { length }, 1: word = "", index } of text.matchAll(BEFORE_DATE).take(MOST)) {
    const words = text.slice(index + length, index + length + 100).split(/\s+/, MOST_WORDS);
    const day = await longestDate(words, reading);
    if (day !== undefined) days.add(word.toLowerCase() === "before" ? addDays(day, -1) : day);
  }
  const [day, ...others] = days;
  return others.length === 0 ? day : undefined;
}

/** The day that the most of these words say, from the first on. */
async function longestDate(words: readonly string[], reading: Reading): Promise<When | undefined> {
  for (let count = words.length; count > 0; count--) {
    const text = words.slice(0, count).join(" ").replace(/[.,;:!?)]+$/, "")
      .replace(NEXT_MONTH, "");
    if (text === "") continue;
    try {
      return (await resolveWhen(text, reading)).slice(0, 10);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return undefined;
}
