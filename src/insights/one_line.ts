/** What parts words, is not seen, or turns the order of the text around. */
const UNPRINTABLE = /[\s\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** What a reader sees; some letters and symbols are empty. */
const SEEN = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/** Ends of lines that JSON lets stand as they are. */
const RAW_ENDS = /[\u0085\u2028\u2029]/g;

/** Whether there is anything in a text for a reader to see. */
export function isSeen(text: string): boolean {
  return SEEN.test(text);
}

/** A value as JSON on one line, whoever reads it. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    RAW_ENDS,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** People and clients write what they like: no line may be taken for another. */
export function onOneLine(text: string): string {
  return text.replaceAll(UNPRINTABLE, " ").trim();
}
