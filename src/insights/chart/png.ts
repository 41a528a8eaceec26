import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

/** Pixels, row by row, each of four bytes: red, green, blue and how opaque it is. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A picture as the bytes of a PNG file of at most 256 colours, beyond which the nearest stands in. */
export function encodePng({ width, height, rgba }: Pixels): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const { rows, palette } = indexed(rgba, width, height);
  return Buffer.concat([
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("PLTE", Uint8Array.from(palette.flatMap(([red, green, blue]) => [red, green, blue]))),
    chunk("tRNS", Uint8Array.from(palette.map(([, , , opaque]) => opaque))),
    chunk("IDAT", deflateSync(rows, { level: 6 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

type Tone = readonly [red: number, green: number, blue: number, opaque: number];

/** Each row as the filter that it has, which is none, and where its colours are in the palette. */
function indexed(rgba: Uint8ClampedArray, width: number, height: number) {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
  const rows = new Uint8Array((width + 1) * height);
  const palette: Tone[] = [];
  const known = new Map<number, number>();
  let [last, index] = [-1, 0];
  for (let row = 0, at = 0; row < height; row++) {
    for (let to = row * (width + 1) + 1, end = to + width; to < end; to++, at++) {
      const pixel = pixels[at] ?? 0;
      if (pixel !== last) {
        const found = known.get(pixel) ?? placeOf(palette, toneAt(rgba, at * 4));
        known.set(pixel, found);
        [last, index] = [pixel, found];
      }
      rows[to] = index;
    }
  }
  return { rows, palette };
}

function toneAt(rgba: Uint8ClampedArray, at: number): Tone {
  return [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0, rgba[at + 3] ?? 0];
}

/** Where the palette has a tone, or the nearest once it is full. */
function placeOf(palette: Tone[], tone: Tone): number {
  if (palette.length < 256) return palette.push(tone) - 1;
  const away = palette.map((other) =>
    other.reduce((sum, value, part) => sum + (value - (tone[part] ?? 0)) ** 2, 0)
  );
  return away.indexOf(Math.min(...away));
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
