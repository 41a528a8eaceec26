/** Reads PNG files of colours in a palette, by the specification and not by our own code. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";

export type Pixel = readonly [red: number, green: number, blue: number, opaque: number];

export interface Picture {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): Pixel;
}

/** Throws for whatever is not as it must be. */
export function decodePng(bytes: Uint8Array): Picture {
  const file = Buffer.from(bytes);
  assert.equal(file.subarray(0, 8).toString("latin1"), "\x89PNG\r\n\x1a\n");
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    assert.equal(
      file.readUInt32BE(at + 8 + length),
      checksum(file.subarray(at + 4, at + 8 + length)),
    );
    assert.ok(!chunks.has(type), `${type} stands twice`);
    chunks.set(type, file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  assert.deepEqual([...chunks.keys()], ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
  const part = (type: string) => chunks.get(type)!;
  const [width, height] = [part("IHDR").readUInt32BE(0), part("IHDR").readUInt32BE(4)];
  assert.deepEqual([...part("IHDR").subarray(8)], [8, 3, 0, 0, 0]);
  const palette = part("PLTE");
  const opacities = part("tRNS");
  assert.ok(palette.length % 3 === 0 && palette.length <= 768);
  assert.ok(opacities.length <= palette.length / 3);
  const rows = inflateSync(part("IDAT"));
  assert.equal(rows.length, (width + 1) * height);
  return {
    width,
    height,
    at(x, y) {
      assert.equal(rows[y * (width + 1)], 0);
      const index = rows[y * (width + 1) + 1 + x]!;
      assert.ok(index < palette.length / 3);
      const [red, green, blue] = palette.subarray(index * 3, index * 3 + 3);
      return [red!, green!, blue!, opacities[index] ?? 255];
    },
  };
}

/** CRC-32 bit by bit, as the specification of PNG writes it. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
