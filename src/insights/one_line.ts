/** What parts words, is not seen, or turns the order of the text around. */
const UNPRINTABLE = /[\s\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** People and clients write what they like: no line may be taken for another. */
export function onOneLine(text: string): string {
  return text.replaceAll(UNPRINTABLE, " ").trim();
}
