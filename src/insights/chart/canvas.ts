import type { Pixels } from "./png.ts";

/** A place in points from the left and from the top. */
export type Point = readonly [x: number, y: number];

/** A line through points. */
export type Path = readonly Point[];

/** Red, green and blue, up to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** A rectangle within the canvas, whose corners are round. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius?: number;
}

/** How many pixels a point is wide. */
const SCALE = 2;

/** Degrees of how much of a pixel is covered: few, so that a picture has few colours. */
const DEGREES = 12;

/** What is drawn on, at first transparent; edges are smooth. */
export class Canvas implements Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
  readonly #pixels: Uint32Array;
  /** In what degree the lines that are being drawn cover each pixel. */
  readonly #cover: Uint8Array;

  /** Both in points. */
  constructor(width: number, height: number) {
    this.width = width * SCALE;
    this.height = height * SCALE;
    this.#pixels = new Uint32Array(this.width * this.height);
    this.rgba = new Uint8ClampedArray(this.#pixels.buffer);
    this.#cover = new Uint8Array(this.width * this.height);
  }

  fill({ x, y, width, height, radius = 0 }: Box, color: Color): void {
    const [left, top] = [x * SCALE, y * SCALE];
    const [right, bottom] = [left + width * SCALE, top + height * SCALE];
    const round = Math.min(radius * SCALE, (right - left) / 2, (bottom - top) / 2);
    const edges = { left, top, right, bottom, round };
    const [solidFrom, solidTo] = [Math.ceil(left + round), Math.floor(right - round)];
    const paint = this.#brush(color);
    for (let row = Math.floor(top); row < bottom; row++) {
      const start = row * this.width;
      const hasSolid = solidFrom < solidTo && row >= top && row + 1 <= bottom;
      if (hasSolid) {
        paint(start + solidFrom, DEGREES);
        const pixel = this.#pixels[start + solidFrom] ?? 0;
        this.#pixels.fill(pixel, start + solidFrom, start + solidTo);
      }
      for (let column = Math.floor(left); column < right; column++) {
        if (hasSolid && column === solidFrom) column = solidTo;
        if (column < right) paint(start + column, coverOf(column + 0.5, row + 0.5, edges));
      }
    }
  }

  /** Draws lines with round ends and joints; where they cross each other they are drawn once. */
  stroke(paths: readonly Path[], thickness: number, color: Color): void {
    const half = thickness * SCALE / 2;
    const paint = this.#brush(color);
    const touched: number[] = [];
    for (const path of paths) {
      for (const [index, end] of path.entries()) {
        this.#coverSegment(path[index - 1] ?? end, end, half, touched);
      }
    }
    for (const at of touched) {
      paint(at, this.#cover[at] ?? 0);
      this.#cover[at] = 0;
    }
  }

  /** @param touched gets the pixels that were not covered before */
  #coverSegment(start: Point, end: Point, half: number, touched: number[]): void {
    const [x1, y1, x2, y2] = [start[0] * SCALE, start[1] * SCALE, end[0] * SCALE, end[1] * SCALE];
    const left = Math.max(0, Math.floor(Math.min(x1, x2) - half - 1));
    const top = Math.max(0, Math.floor(Math.min(y1, y2) - half - 1));
    const right = Math.min(this.width, Math.ceil(Math.max(x1, x2) + half + 1));
    const bottom = Math.min(this.height, Math.ceil(Math.max(y1, y2) + half + 1));
    const [dx, dy] = [x2 - x1, y2 - y1];
    const length = dx * dx + dy * dy;
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const [px, py] = [column + 0.5 - x1, row + 0.5 - y1];
        const along = length === 0 ? 0 : clamp((px * dx + py * dy) / length);
        const [ax, ay] = [px - along * dx, py - along * dy];
        const cover = degreeOf(half + 0.5 - Math.sqrt(ax * ax + ay * ay));
        const at = row * this.width + column;
        const known = this.#cover[at] ?? 0;
        if (cover <= known) continue;
        if (known === 0) touched.push(at);
        this.#cover[at] = cover;
      }
    }
  }

  /** Puts a colour over what is there, in the degree in which it covers the pixel. */
  #brush([red, green, blue]: Color): (pixel: number, degree: number) => void {
    const { rgba } = this;
    return (pixel, degree) => {
      if (degree === 0) return;
      const at = pixel * 4;
      const over = degree / DEGREES;
      const under = (rgba[at + 3] ?? 0) / 255 * (1 - over);
      const all = over + under;
      rgba[at] = (red * over + (rgba[at] ?? 0) * under) / all;
      rgba[at + 1] = (green * over + (rgba[at + 1] ?? 0) * under) / all;
      rgba[at + 2] = (blue * over + (rgba[at + 2] ?? 0) * under) / all;
      rgba[at + 3] = all * 255;
    };
  }
}

interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly round: number;
}

/** In what degree the pixel around a place is in a rectangle. */
function coverOf(px: number, py: number, { left, top, right, bottom, round }: Edges): number {
  const across = Math.max(left + round - px, px - right + round);
  const down = Math.max(top + round - py, py - bottom + round);
  if (across > 0 && down > 0 && round > 0) {
    return degreeOf(round + 0.5 - Math.sqrt(across * across + down * down));
  }
  return degreeOf(clamp(round + 0.5 - across) * clamp(round + 0.5 - down));
}

function degreeOf(share: number): number {
  return Math.round(DEGREES * clamp(share));
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
