import { createHash } from "node:crypto";
import { stemmer } from "stemmer";
import { STOP_WORDS } from "./stop_words.ts";

/** Accents, and the vowels of Hebrew and Arabic, which few write; other marks make another word. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g;

/** Text as search compares it: without case and accents. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(ACCENTS, "").toLowerCase().replace(/\s+/g, " ");
}

/** Text as it is compared word for word: without case and spare space, its letters made in one way. */
export function canonicalOf(text: string): string {
  return text.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** What texts that are the same word for word have in common: SHA-256 in base64url. */
export function digestOf(text: string): string {
  return createHash("sha256").update(canonicalOf(text)).digest("base64url");
}

/** In characters: longer ones are no words, but might fill an index. */
export const LONGEST_WORD = 40;

/** Letters and digits, with what stands for `'s`; or one of the pictures and flags that people write. */
const WORD =
  /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’][\p{L}\p{M}]+)*|\p{RI}{2}|\p{Extended_Pictographic}/gu;

/** What Arabic writes in one with a word: the article, also after a short word. */
const ARTICLE = /^(?:[وفبك]?ال|لل)(?=\p{Script=Arabic}{3,}$)/u;

/** What English puts behind an apostrophe. */
const ENDING = /['’](?:s|d|m|t|ll|re|ve)$/u;

/** Scripts that put no space between words. */
export const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** What Korean writes between two spaces: words, and what is put behind them. */
const HANGUL = /(\p{Script=Hangul}+)/u;

/**
 * The words of a text in order, folded; of Korean, and of scripts without spaces, pieces of at most two
 * letters.
 */
export function wordsOf(text: string): string[] {
  return spacedWordsOf(text)
    .flatMap((word) => isJoined(word) ? segmentsOf(word).flatMap(pairsOf) : [word]);
}

/** What the words of a text are found by, each once: the stem of an English one, or the word itself. */
export function termsOf(text: string): string[] {
  const terms = spacedWordsOf(text)
    .flatMap((word) => isJoined(word) ? [...word, ...pairsOf(word)] : [stemOf(word)]);
  return [...new Set(terms)];
}

/** Whether a text has Korean letters. */
export function hasHangul(text: string): boolean {
  return HANGUL.test(text);
}

/** The words of a text that say something, once each; all of them where none does. */
export function tellingWordsOf(text: string): string[] {
  const words = [...new Set(wordsOf(text))];
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}

/** What a word has in common with its other forms. */
export function stemOf(word: string): string {
  return /^[a-z]{3,}$/.test(word) ? stemmer(word) : word.replace(ARTICLE, "");
}

/** The terms of words that say nothing. */
export const STOP_TERMS: readonly string[] = [...new Set([...STOP_WORDS].map(stemOf))];

/** A term of one person's texts: what others write is another term, and cannot count. */
export function termOf(user_id: string, term: string): string {
  return `${user_id}:${term}`;
}

/** As a name has it, `O'Brien`, what stands before an apostrophe is a word too; `'s` is none. */
function spacedWordsOf(text: string): string[] {
  const words = fold(text).match(WORD) ?? [];
  return words.flatMap((word) => word.replace(ENDING, "").split(/['’]/)).flatMap(apart)
    .map((word) => isJoined(word) ? word : cut(word));
}

/** What is Hangul in a word, and what is not, as in `PC방`; its syllables whole, which folding takes apart. */
function apart(word: string): string[] {
  return HANGUL.test(word)
    ? word.split(HANGUL).filter((part) => part !== "").map((part) =>
      HANGUL.test(part) ? part.normalize("NFC") : part
    )
    : [word];
}

/** Whether something in it may be more than one word, and only its pieces are known. */
export function isJoined(text: string): boolean {
  return UNSPACED.test(text) || HANGUL.test(text);
}

/** Ends between two letters: some take two places. */
function cut(word: string): string {
  const begun = word.slice(0, LONGEST_WORD);
  return begun.isWellFormed() ? begun : begun.slice(0, -1);
}

let segmenter: Intl.Segmenter | undefined;

function segmentsOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter("und", { granularity: "word" });
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** Wherever a word may begin in a text without spaces, its pairs of letters are the same. */
function pairsOf(word: string): string[] {
  const letters = [...word];
  return letters.length < 3 ? [word] : letters.slice(1).map((letter, at) => letters[at] + letter);
}
