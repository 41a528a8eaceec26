/** Octets on one line; what is longer goes on on the next, after a space. */
const LONGEST = 75;

const ASCII = /^\p{ASCII}*$/u;

/** A content line of RFC 5545, folded between characters. */
export function lineOf(name: string, value: string): string {
  const whole = `${name}:${value}`;
  if (whole.length <= LONGEST && ASCII.test(whole)) return `${whole}\r\n`;
  const lines: string[] = [];
  let line = "";
  let octets = 0;
  for (const character of whole) {
    const size = octetsOf(character);
    if (octets + size > LONGEST) {
      lines.push(line);
      line = " ";
      octets = 1;
    }
    line += character;
    octets += size;
  }
  return `${[...lines, line].join("\r\n")}\r\n`;
}

/** In UTF-8. */
function octetsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** A text as the value of a property. */
export function textValue(text: string): string {
  return sayableText(text).replace(/[\\;,]/g, "\\$&").replaceAll("\n", "\\n");
}

/** What a property can say of a text: control characters have no place in one. */
export function sayableText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/(?![\n\t])\p{Cc}/gu, "\uFFFD");
}

/** A content line as it was before it was folded, and where it begins. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** The content lines of a file. */
export function unfolded(file: string): Line[] {
  const lines: { number: number; text: string }[] = [];
  for (const [index, text] of file.split(/\r\n|\n|\r/).entries()) {
    const last = lines.at(-1);
    if (/^[ \t]/.test(text) && last) last.text += text.slice(1);
    else if (text !== "") lines.push({ number: index + 1, text });
  }
  return lines;
}
