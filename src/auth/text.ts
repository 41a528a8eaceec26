/** What would change how a terminal or a table shows the rest, and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** Whether the text can be shown on a line as it is, and is neither empty nor longer than so much. */
export function isFineText(text: string, longest: number): boolean {
  return text !== "" && text.length <= longest && !UNPRINTABLE.test(text);
}

/** An instant for people: `2026-11-27 16:00 UTC`. */
export function minuteOf(instant: string): string {
  return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}
