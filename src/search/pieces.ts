import { LONGEST_PIECE } from "./embedder.ts";

/** Where a long text is best cut, the best first. */
const ENDS = [/\n\s*\n/g, /[.!?…]\s+|[。！？]|\n/g, /\s+/g];

/** A text in pieces that a model can take in, none of them empty; cut where sentences or words end. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > LONGEST_PIECE) {
    const end = endOfPiece(rest.slice(0, LONGEST_PIECE));
    pieces.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  pieces.push(rest);
  return pieces.filter((piece) => piece !== "");
}

/** No piece is shorter than half, so that there are not many; none ends within a character. */
function endOfPiece(head: string): number {
  for (const ends of ENDS) {
    const last = [...head.matchAll(ends)].at(-1);
    if (last && last.index > head.length / 2) return last.index + last[0].length;
  }
  return head.isWellFormed() ? head.length : head.length - 1;
}
