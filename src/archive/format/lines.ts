import { messageOf } from "../../errors.ts";
import { BadArchive, GZIP, LONGEST_LINE } from "./format.ts";

/** So much is unpacked at once: of zeros, it becomes a thousand times as much. */
const PIECE = 16_384;

/** No life is packed better than that; what is made to fill a disk is. */
const MOST_PACKED = 300;
const ALWAYS_ALLOWED = 64_000_000;

/**
 * The lines of an archive, each with its end, as many at once as come out of one piece of it: in as little
 * memory as one of them takes.
 *
 * @throws BadArchive when it is cut off, damaged, or no archive at all
 */
export async function* linesIn(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array[]> {
  const unpacked = bytes.pipeThrough(inPieces()).pipeThrough(new DecompressionStream("gzip"));
  const reader = unpacked.getReader();
  let begun: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const lines: Uint8Array[] = [];
      let start = 0;
      for (let end = value.indexOf(LF); end >= 0; end = value.indexOf(LF, start)) {
        const piece = value.subarray(start, end + 1);
        lines.push(begun.length === 0 ? piece : joined([...begun, piece]));
        begun = [];
        length = 0;
        start = end + 1;
      }
      yield lines;
      if (start === value.length) continue;
      begun.push(value.subarray(start));
      length += value.length - start;
      if (length > LONGEST_LINE * 4) throw new BadArchive("it has a line that no row fills");
    }
  } catch (error) {
    throw unreadable(error);
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (length > 0) throw new BadArchive("its last line has no end");
}

const LF = 10;

/** Small pieces, after a look at how they begin and at how much comes of them. */
function inPieces(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let seen = 0;
  return new TransformStream(
    {
      transform(chunk, controller) {
        for (let at = 0; at < chunk.length && seen + at < GZIP.length; at++) {
          if (chunk[at] === GZIP[seen + at]) continue;
          throw new BadArchive("it does not begin like one");
        }
        seen += chunk.length;
        for (let start = 0; start < chunk.length; start += PIECE) {
          controller.enqueue(chunk.slice(start, start + PIECE));
        }
      },
      flush() {
        if (seen === 0) throw new BadArchive("it is empty");
      },
    },
    { highWaterMark: 1 },
    { highWaterMark: 1 },
  );
}

/** Refuses what is packed better than anything that is worth a backup. */
export class Swelling {
  #packed = 0;
  #unpacked = 0;

  /** Counts the bytes of the file on their way. */
  readonly packed = (bytes: number): void => {
    this.#packed += bytes;
  };

  /** @throws BadArchive */
  unpacked(bytes: number): void {
    this.#unpacked += bytes;
    if (this.#unpacked < ALWAYS_ALLOWED + MOST_PACKED * this.#packed) return;
    throw new BadArchive("it is packed so tightly that it can only be meant to fill the disk");
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function unreadable(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  const reason = messageOf(error);
  if (/checksum|unexpected end|deflate|gzip|corrupt|whole buffer/i.test(reason)) {
    return new BadArchive("it is damaged or cut off", undefined, error);
  }
  return error;
}
